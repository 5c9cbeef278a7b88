import { isIP } from "node:net";
import fc from "fast-check";
import { expect, it } from "vitest";
import { isAddressOrRange } from "./address.ts";

it("knows addresses as the server knows them", () => {
  const nearly = fc
    .array(fc.constantFrom("0", "1", "255", "256", "01", ".", ":", "::", "ffff", "g", "%", "]", "@", " "), {
      maxLength: 12,
    })
    .map((parts) => parts.join(""));
  fc.assert(
    fc.property(fc.oneof(fc.ipV4(), fc.ipV4Extended(), fc.ipV6(), nearly), (text) => {
      expect(isAddressOrRange(text)).toBe(!text.includes("%") && isIP(text) !== 0);
    }),
    { numRuns: 2000 },
  );
});

it.each([
  ["10.0.0.0/8", true],
  ["10.0.0.0/33", false],
  ["10.0.0.0/08", false],
  ["10.0.0.0/", false],
  ["2001:db8::/32", true],
  ["2001:db8::/129", false],
  ["10.0.0.0/8/8", false],
  ["/8", false],
])("takes %s as a range: %s", (text, taken) => {
  expect(isAddressOrRange(text)).toBe(taken);
});
