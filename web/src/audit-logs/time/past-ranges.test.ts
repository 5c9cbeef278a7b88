import { expect, it } from "vitest";
import { pastRanges } from "./past-ranges.ts";

const spans = (today: string) =>
  Object.fromEntries(pastRanges(today).map(({ name, start, end }) => [name, `${start} ${end}`]));

it("ends before today, in whole days, weeks from Monday, months, quarters and years", () => {
  expect(spans("2026-11-27")).toEqual({
    Yesterday: "2026-11-26 2026-11-26",
    "Last week": "2026-11-16 2026-11-22",
    "Last month": "2026-10-01 2026-10-31",
    "Last quarter": "2026-07-01 2026-09-30",
    "Last year": "2025-01-01 2025-12-31",
  });
  expect(spans("2026-11-23")["Last week"]).toBe("2026-11-16 2026-11-22");
  expect(spans("2026-11-29")["Last week"]).toBe("2026-11-16 2026-11-22");
  expect(spans("2026-01-01").Yesterday).toBe("2025-12-31 2025-12-31");
});
