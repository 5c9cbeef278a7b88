import fc from "fast-check";
import { expect, test } from "vitest";
import { fold } from "./fold.ts";

test.each([
  ["café", "cafe\u0301", true],
  ["CAFÉ", "cafe\u0301", true],
  ["한국", "\u1112\u1161\u11ab\u1100\u116e\u11a8", true],
  ["Straße", "STRASSE", true],
  ["ΟΔΟΣ", "οδος", true],
  ["Å", "\u212b", true],
  // As docs/api.md says: no language has rules of its own.
  ["istanbul", "İstanbul", false],
  ["ISTANBUL", "istanbul", true],
  ["ısparta", "ISPARTA", true],
  ["cafe", "café", false],
])("%s and %s are the same: %s", (one, other, same) => {
  expect(fold(one) === fold(other)).toBe(same);
});

test("what is folded stays as it is, in whatever form it came", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (text) => {
      expect(fold(fold(text))).toBe(fold(text));
      expect(fold(text.normalize("NFD"))).toBe(fold(text.normalize("NFC")));
    }),
    { numRuns: 2000 },
  );
});
