import { describe, expect, it } from "vitest";
import { SignInThrottle, type Try } from "./attempt-limits.ts";

const HOME = "198.51.100.7";
const ADA = "ada@example.com";

function attempts(throttle: SignInThrottle, count: number, tried: Try) {
  return Promise.all(Array.from({ length: count }, () => throttle.attempt(tried)));
}

/** How many of so many attempts can go on. */
async function admitted(
  throttle: SignInThrottle,
  count: number,
  ip: string | undefined,
  email?: string,
  browser?: string,
): Promise<number> {
  return (await attempts(throttle, count, { ip, email, browser })).filter((answer) => "asker" in answer).length;
}

describe("the sign-in throttle", () => {
  it("admits five attempts for one account from one network, also when they come at the same time", async () => {
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

  it("takes an IPv6 customer's /64 and an IPv4 address's /24 for one network, also mapped into IPv6", async () => {
    const throttle = new SignInThrottle();
    await admitted(throttle, 5, "2001:db8:1:2::1", ADA);
    expect(await admitted(throttle, 1, "2001:db8:1:2:ffff::9", ADA)).toBe(0);
    expect(await admitted(throttle, 1, "2001:db8:1:3::1", ADA)).toBe(1);
    await admitted(throttle, 5, HOME, ADA);
    expect(await admitted(throttle, 1, "198.51.100.200", ADA)).toBe(0);
    expect(await admitted(throttle, 1, `::ffff:${HOME}`, ADA)).toBe(0);
    expect(await admitted(throttle, 1, "198.51.101.7", ADA)).toBe(1);
  });

  it("counts a known browser by itself, and afterwards like any other", async () => {
    const throttle = new SignInThrottle();
    await admitted(throttle, 60, HOME, ADA);
    expect(await admitted(throttle, 12, HOME, ADA, "hers")).toBe(5);
    expect(await admitted(throttle, 12, HOME, ADA, "her other one")).toBe(5);
    const elsewhere = new SignInThrottle();
    expect(await admitted(elsewhere, 12, HOME, ADA, "hers")).toBe(10);
    expect(await admitted(elsewhere, 1, HOME, ADA)).toBe(0);
  });

  it("admits fifty attempts from one network over all accounts and links", async () => {
    const throttle = new SignInThrottle();
    for (let i = 0; i < 25; i++) expect(await admitted(throttle, 1, HOME, `user${i}@example.com`)).toBe(1);
    expect(await admitted(throttle, 30, HOME)).toBe(25);
    expect(await admitted(throttle, 60, undefined)).toBe(50);
  });

  it("has one throttled attempt of a network recorded, and says how long to wait", async () => {
    const throttle = new SignInThrottle();
    await admitted(throttle, 5, HOME, ADA);
    const refused = (await attempts(throttle, 10, { ip: HOME, email: ADA })).filter((answer) => "error" in answer);
    expect(refused).toHaveLength(10);
    expect(refused.filter((answer) => answer.record)).toHaveLength(1);
    for (const { error } of refused) {
      expect(error).toMatchObject({ code: "rate_limited" });
      expect(error.retryAfterSeconds).toBeGreaterThan(0);
      expect(error.retryAfterSeconds).toBeLessThanOrEqual(15 * 60);
    }
  });

  it("does not count a successful sign-in", async () => {
    const throttle = new SignInThrottle();
    for (let i = 0; i < 60; i++) {
      const attempt = await throttle.attempt({ ip: HOME, email: ADA, ...(i % 2 === 0 ? {} : { browser: "hers" }) });
      if ("error" in attempt) throw attempt.error;
      await attempt.succeeded();
    }
  });
});
