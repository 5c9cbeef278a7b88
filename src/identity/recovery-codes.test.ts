import { describe, expect, it } from "vitest";
import { newRecoveryCodes, recoveryCodeHash } from "./recovery-codes.ts";

describe("recovery codes", () => {
  it("are ten of sixteen characters that cannot be mistaken for one another", () => {
    const codes = newRecoveryCodes();
    expect(new Set(codes).size).toBe(10);
    for (const code of codes) expect(code).toMatch(/^([0-9a-hjkmnp-tv-z]{4}-){3}[0-9a-hjkmnp-tv-z]{4}$/);
  });

  it("use all of their alphabet, as codes of 80 random bits do", () => {
    const characters = Array.from({ length: 100 }, newRecoveryCodes).flat().join("").replaceAll("-", "");
    expect(new Set(characters).size).toBe(32);
  });

  it("are the same however they are typed", () => {
    const hash = recoveryCodeHash("0123-1o0a-bcde-fghj");
    for (const typed of ["0123-100a-bcde-fghj", "O123 IOOA BCDE FGHJ", " ol23loOabcdefghj "]) {
      expect(recoveryCodeHash(typed)).toBe(hash);
    }
    expect(recoveryCodeHash("0123-100a-bcde-fghk")).not.toBe(hash);
  });
});
