import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isKey, newKeyText, prefixOf } from "./key-format.ts";

describe("an API key's text", () => {
  it("reads back, and no two are alike", () => {
    const keys = Array.from({ length: 1000 }, newKeyText);
    for (const key of keys) expect(isKey(key)).toBe(true);
    expect(new Set(keys.map(prefixOf)).size).toBe(keys.length);
  });

  it("is refused with any one character changed, left out, added, or two neighbours exchanged", () => {
    const character = fc.constantFrom(..."0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_ \n");
    fc.assert(
      fc.property(fc.nat(50), character, fc.constantFrom("change", "drop", "add", "swap"), (at, other, kind) => {
        const key = newKeyText();
        const rest = key.slice(at + 1);
        const mistyped = {
          change: key.slice(0, at) + other + rest,
          drop: key.slice(0, at) + rest,
          add: key.slice(0, at) + other + key.slice(at),
          swap: key.slice(0, at) + rest.slice(0, 1) + key.charAt(at) + rest.slice(1),
        }[kind];
        fc.pre(mistyped !== key);
        expect(isKey(mistyped)).toBe(false);
      }),
      { numRuns: 2000 },
    );
  });
});
