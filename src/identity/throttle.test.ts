import { describe, expect, it } from "vitest";
import { SignInThrottle } from "./throttle.ts";

const HOME = "198.51.100.7";
const ADA = "ada@example.com";

/** How many of so many attempts may go on. */
async function admitted(
  throttle: SignInThrottle,
  attempts: number,
  ip: string | undefined,
  email?: string,
): Promise<number> {
  const answers = await Promise.all(Array.from({ length: attempts }, () => throttle.attempt(ip, email)));
  return answers.filter((answer) => answer === undefined).length;
}

describe("the sign-in throttle", () => {
  it("admits five attempts for one account from one address, also when they come at the same time", async () => {
    const throttle = new SignInThrottle();
    expect(await admitted(throttle, 12, HOME, ADA)).toBe(5);
    expect(await admitted(throttle, 1, HOME, "Ada@Example.com")).toBe(0);
    expect(await admitted(throttle, 1, HOME, "eve@example.com")).toBe(1);
  });

  it("lets nobody lock an owner out: guesses from elsewhere do not count", async () => {
    const throttle = new SignInThrottle();
    expect(await admitted(throttle, 10, "203.0.113.66", ADA)).toBe(5);
    expect(await admitted(throttle, 1, HOME, ADA)).toBe(1);
  });

  it("takes an IPv6 customer's /64 for one address, and an IPv4 address mapped into IPv6 for itself", async () => {
    const throttle = new SignInThrottle();
    await admitted(throttle, 5, "2001:db8:1:2::1", ADA);
    expect(await admitted(throttle, 1, "2001:db8:1:2:ffff::9", ADA)).toBe(0);
    expect(await admitted(throttle, 1, "2001:db8:1:3::1", ADA)).toBe(1);
    await admitted(throttle, 5, HOME, ADA);
    expect(await admitted(throttle, 1, `::ffff:${HOME}`, ADA)).toBe(0);
  });

  it("admits fifty attempts from one address over all accounts and links", async () => {
    const throttle = new SignInThrottle();
    for (let i = 0; i < 25; i++) expect(await admitted(throttle, 1, HOME, `user${i}@example.com`)).toBe(1);
    expect(await admitted(throttle, 30, HOME)).toBe(25);
    expect(await admitted(throttle, 60, undefined)).toBe(50);
  });

  it("has one throttled attempt of an address recorded, and says how long to wait", async () => {
    const throttle = new SignInThrottle();
    await admitted(throttle, 5, HOME, ADA);
    const refused = await Promise.all(Array.from({ length: 10 }, () => throttle.attempt(HOME, ADA)));
    expect(refused.filter((answer) => answer?.record)).toHaveLength(1);
    for (const answer of refused) {
      expect(answer?.error).toMatchObject({ code: "rate_limited" });
      expect(answer?.error.retryAfterSeconds).toBeGreaterThan(0);
      expect(answer?.error.retryAfterSeconds).toBeLessThanOrEqual(15 * 60);
    }
  });

  it("does not count a successful sign-in", async () => {
    const throttle = new SignInThrottle();
    for (let i = 0; i < 60; i++) {
      expect(await admitted(throttle, 1, HOME, ADA)).toBe(1);
      await throttle.succeeded(HOME, ADA);
    }
  });
});
