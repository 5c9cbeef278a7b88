import fc from "fast-check";
import { expect, it } from "vitest";
import {
  allInOrder,
  COLUMN_IDS,
  DEFAULT_LAYOUT,
  isDefault,
  moved,
  readable,
  withShown,
  withWidth,
} from "./column-layout.ts";

const layouts = fc.shuffledSubarray([...COLUMN_IDS], { minLength: 1 }).map((shown) => ({ shown, widths: {} }));

it("lists every column once, those that are shown in their order", () => {
  fc.assert(
    fc.property(layouts, (layout) => {
      const all = allInOrder(layout);
      expect([...all].sort()).toEqual([...COLUMN_IDS].sort());
      expect(all.filter((id) => layout.shown.includes(id))).toEqual(layout.shown);
    }),
  );
});

it("shows a column where it comes by default, and hides it again without moving the others", () => {
  expect(withShown(DEFAULT_LAYOUT, "outcome", true).shown).toEqual([
    "timestamp",
    "action",
    "outcome",
    "resource",
    "user",
    "description",
    "ip",
  ]);
  fc.assert(
    fc.property(layouts, fc.constantFrom(...COLUMN_IDS), (layout, id) => {
      if (layout.shown.includes(id)) return;
      expect(withShown(withShown(layout, id, true), id, false)).toEqual(layout);
    }),
  );
});

it("keeps the last column", () => {
  const one = { shown: ["user"], widths: {} };
  expect(withShown(one, "user", false)).toBe(one);
});

it("moves a column by one place, and not beyond the ends", () => {
  const { shown } = moved(DEFAULT_LAYOUT, "ip", -1);
  expect(shown.slice(-2)).toEqual(["ip", "description"]);
  expect(moved({ shown, widths: {} }, "ip", 1)).toEqual(DEFAULT_LAYOUT);
  expect(moved(DEFAULT_LAYOUT, "ip", 1)).toBe(DEFAULT_LAYOUT);
  expect(moved(DEFAULT_LAYOUT, "timestamp", -1)).toBe(DEFAULT_LAYOUT);
});

it("keeps widths within bounds, to the pixel", () => {
  expect(withWidth(DEFAULT_LAYOUT, "user", 12.03, [4, 60]).widths).toEqual({ user: 12 });
  expect(withWidth(DEFAULT_LAYOUT, "user", 1, [4, 60]).widths).toEqual({ user: 4 });
});

it("reads what another version kept as far as it can", () => {
  expect(readable({ shown: ["user", "risk"], widths: { user: 12 } })).toEqual({
    shown: ["user"],
    widths: { user: 12 },
  });
  for (const kept of [null, { shown: ["risk"], widths: {} }, { shown: [], widths: {} }]) {
    expect(isDefault(readable(kept))).toBe(true);
  }
});
