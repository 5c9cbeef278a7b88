import { expect, it } from "vitest";
import { DESCRIPTION_MIN_REM, ROOMY_MIN_REM, widthOfOthers } from "./column-widths.ts";
import { isTable, listForm } from "./form-for-width.ts";

const form = (px: number) => listForm(px / 16);

it("leaves the description 18 rem at every width that gets a table", () => {
  for (let px = 300; px <= 2600; px++) {
    const chosen = form(px);
    if (isTable(chosen)) expect(px / 16 - widthOfOthers(chosen)).toBeGreaterThanOrEqual(DESCRIPTION_MIN_REM);
  }
  expect(ROOMY_MIN_REM - widthOfOthers("roomy")).toBeGreaterThanOrEqual(DESCRIPTION_MIN_REM);
});

it("goes from cards to pairs of cards to a table without an address column to all seven, as the width grows", () => {
  const forms = Array.from({ length: 2300 }, (_, at) => form(300 + at));
  expect([...new Set(forms)]).toEqual(["cards", "pairs", "stacked", "folded", "tight", "full", "roomy"]);
  expect([390, 820, 860, 985, 1071, 1145, 1600].map(form)).toEqual([
    "cards",
    "pairs",
    "stacked",
    "folded",
    "tight",
    "full",
    "roomy",
  ]);
});

it("scrolls sideways where more is asked for than fits, and folds the address only under a user", () => {
  const wide = { shown: ["timestamp", "user", "description", "ip"], widths: { user: 60 } };
  expect(listForm(1100 / 16, wide)).toBe("scrolled");
  expect(listForm(700 / 16, wide)).toBe("cards");
  const noAddress = { shown: ["timestamp", "action", "resource", "user", "description"], widths: {} };
  expect(listForm(1000 / 16, noAddress)).toBe("full");
  expect(listForm(1000 / 16)).toBe("folded");
});
