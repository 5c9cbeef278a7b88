import { describe, expect, it } from "vitest";
import { base32, matchingStep, totpCode, totpStep, totpUri } from "./totp.ts";

/** RFC 6238, appendix B: the secret of its SHA-1 vectors. */
const SECRET = Buffer.from("12345678901234567890");

describe("a time-based one-time password", () => {
  // Of the eight digits that RFC 6238 gives, the last six.
  it.each([
    [59, "287082"],
    [1111111109, "081804"],
    [1111111111, "050471"],
    [1234567890, "005924"],
    [2000000000, "279037"],
    [20000000000, "353130"],
  ])("at %i seconds is RFC 6238's", (seconds, code) => {
    expect(totpCode(SECRET, totpStep(seconds * 1000))).toBe(code);
    expect(matchingStep(SECRET, code, seconds * 1000)).toBe(Math.floor(seconds / 30));
  });

  // RFC 4226, appendix D.
  it.each([
    ...["755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489"].entries(),
  ])("of counter %i is RFC 4226's", (counter, code) => {
    expect(totpCode(SECRET, counter)).toBe(code);
  });

  it("is accepted one step early and one step late, and no more", () => {
    const step = 41_152_263;
    const code = totpCode(SECRET, step);
    const at = (seconds: number) => matchingStep(SECRET, code, (step * 30 + seconds) * 1000);
    expect([-31, -30, 0, 29, 30, 59, 60].map(at)).toEqual([undefined, step, step, step, step, step, undefined]);
    for (const wrong of ["", "00000", `${code}0`, "abcdef", "１２３４５６"]) {
      expect(matchingStep(SECRET, wrong, step * 30_000)).toBeUndefined();
    }
  });
});

// RFC 4648, 10.
it.each([
  ["", ""],
  ["f", "MY"],
  ["fo", "MZXQ"],
  ["foo", "MZXW6"],
  ["foob", "MZXW6YQ"],
  ["fooba", "MZXW6YTB"],
  ["foobar", "MZXW6YTBOI"],
])("base32 of %j is RFC 4648's", (text, encoded) => {
  expect(base32(Buffer.from(text))).toBe(encoded);
});

it("an authenticator app is given all it needs", () => {
  const uri = new URL(totpUri(SECRET, "ada+log@example.com"));
  expect([uri.protocol, uri.host, decodeURIComponent(uri.pathname)]).toEqual([
    "otpauth:",
    "totp",
    "/Daybook:ada+log@example.com",
  ]);
  expect(Object.fromEntries(uri.searchParams)).toEqual({
    secret: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ",
    issuer: "Daybook",
    algorithm: "SHA1",
    digits: "6",
    period: "30",
  });
});
