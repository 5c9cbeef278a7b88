import { expect, it } from "vitest";
import { markedParts } from "./marked.ts";

const marked = (text: string, sought: string) =>
  markedParts(text, sought)
    .map((part) => (part.marked ? `[${part.text}]` : part.text))
    .join("");

it("marks what is looked for, whatever its case, wherever it occurs", () => {
  expect(marked("Refund the REFUND", " refund ")).toBe("[Refund] the [REFUND]");
  expect(marked("Ärger", "äRG")).toBe("[Ärg]er");
});

it("leaves a text whole that does not hold it, or when nothing is looked for", () => {
  expect(markedParts("Refund", "period")).toEqual([{ at: 0, text: "Refund", marked: false }]);
  expect(markedParts("Refund", " ")).toEqual([{ at: 0, text: "Refund", marked: false }]);
  expect(markedParts("", "x")).toEqual([{ at: 0, text: "", marked: false }]);
});

it("takes no character for more than itself", () => {
  for (const sought of [".*", "a|b", "(x", "[a-z]", "\\d", "^", "$5", "a-b", "{1}", "/x/"]) {
    expect(marked(`<${sought}>`, sought)).toBe(`<[${sought}]>`);
    expect(marked("abcdefgh 0123", sought)).toBe("abcdefgh 0123");
  }
});
