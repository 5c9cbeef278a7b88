import { expect, it } from "vitest";
import { changedFields } from "./changed-fields.ts";

const before = {
  id: "a1",
  name: "Mass export",
  condition: { type: "match" },
  filter: { action: ["db.*"] },
  muted: null,
};

it("leaves out what is as it was, in whatever order its members are", () => {
  const condition = { minutes: 5, type: "threshold" };
  expect(changedFields({ name: "Mass export", condition, filter: { action: ["db.*"] } }, before)).toEqual({
    condition,
  });
  expect(changedFields({ condition }, { condition: { type: "threshold", minutes: 5 } })).toEqual({});
});

it("has what is new, another order of a list, and what was given a value or lost it", () => {
  expect(changedFields({ deliver: 1 }, before)).toEqual({ deliver: 1 });
  expect(changedFields({ list: ["b", "a"] }, { list: ["a", "b"] })).toEqual({ list: ["b", "a"] });
  expect(changedFields({ muted: 5, name: null }, before)).toEqual({ muted: 5, name: null });
});
