import { expect, it } from "vitest";
import { listWidthRem } from "./list-width.ts";

it("needs room for every column, also for the one that takes what is left", () => {
  expect(listWidthRem([{}, { width: "17rem" }, { width: "8.5rem" }])).toBe(35.5);
});
