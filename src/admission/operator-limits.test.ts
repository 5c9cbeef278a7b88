import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Limit, OperatorLimits } from "./operator-limits.ts";

const acme = { organization: "acme", key: "a" };
const other = { organization: "acme", key: "b" };

function limited(...limits: Limit[]) {
  const clock = { ms: 0 };
  return { clock, limits: new OperatorLimits(limits, { now: () => clock.ms }) };
}

describe("a rate", () => {
  const events: Limit = { what: "events", max: 100, per: "key" };

  it("refuses once it is used up, and says when to come again", () => {
    const { clock, limits } = limited(events);
    limits.requireRates(acme);
    limits.took(acme, "events", 60);
    expect(limits.headers(acme, ["events"])).toEqual({
      "ratelimit-policy": '"events-per-key";q=100;qu="events";w=1',
      ratelimit: '"events-per-key";r=40;t=1',
    });
    limits.requireRates(acme);
    limits.took(acme, "events", 340);
    expect(() => limits.requireRates(acme)).toThrow(
      expect.objectContaining({
        code: "rate_limited",
        retryAfterSeconds: 3,
        headers: expect.objectContaining({ ratelimit: '"events-per-key";r=0;t=4' }),
      }),
    );
    limits.requireRates(other);
    clock.ms = 3_001;
    limits.requireRates(acme);
  });

  it("is kept over time, whatever sizes it is used in", () => {
    fc.assert(
      fc.property(fc.array(fc.record({ events: fc.integer({ min: 1, max: 1_000 }), ms: fc.nat(500) })), (requests) => {
        const { clock, limits } = limited(events);
        let taken = 0;
        for (const request of requests) {
          clock.ms += request.ms;
          try {
            limits.requireRates(acme);
          } catch {
            continue;
          }
          // What was taken before is at most what the time and one full bucket give, and the one request that overdrew it.
          expect(taken).toBeLessThanOrEqual(100 + clock.ms / 10 + 1);
          limits.took(acme, "events", request.events);
          taken += request.events;
        }
      }),
    );
  });

  it("for an organization counts all of its keys", () => {
    const { limits } = limited({ what: "bytes", max: 1_000, per: "organization" });
    limits.took(acme, "bytes", 5_000);
    expect(() => limits.requireRates(other)).toThrow("The limit is 1000 bytes a second for each organization.");
    limits.requireRates({ organization: "globex", key: "a" });
  });
});

it("at the same time there are no more than the limit, and what ended leaves its place", () => {
  const { limits } = limited({ what: "live", max: 2, per: "organization" });
  const end = limits.begin(acme, "live");
  limits.begin(other, "live");
  expect(() => limits.begin(acme, "live")).toThrow(
    expect.objectContaining({
      headers: {
        "ratelimit-policy": '"live-per-organization";q=2;qu="concurrent-requests"',
        ratelimit: '"live-per-organization";r=0',
      },
    }),
  );
  end();
  end();
  limits.begin(acme, "live");
  expect(() => limits.begin(acme, "live")).toThrow("at the same time");
});

it("nothing is limited where no limit was set", () => {
  const { limits } = limited();
  limits.took(acme, "events", 1e9);
  limits.requireRates(acme);
  for (let count = 0; count < 1_000; count++) limits.begin(acme, "live");
  expect(limits.headers(acme, ["events", "live"])).toEqual({});
});
