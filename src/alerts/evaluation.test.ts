import { describe, expect, it } from "vitest";
import type { StoredEvent } from "../event/index.ts";
import type { Fired, Seen } from "./contract.ts";
import { type NewAlert, newAlert } from "./definition.ts";
import { Evaluation } from "./evaluation.ts";
import { PlainMemory } from "./plain-memory.ts";
import { nextReport } from "./watches/report.ts";

const MINUTE = 60_000;
const START = Date.parse("2026-11-27T00:00:00.000Z");

/** An event so many minutes after the start. */
function seen(
  minute: number,
  fields: { user?: string; ip?: string; failed?: true; action?: string; key?: string } = {},
): Seen {
  const at = START + minute * MINUTE;
  const { user = "u1", ip = "203.0.113.7", action = "auth.login", key } = fields;
  const time = new Date(at).toISOString();
  const event: StoredEvent = {
    schema_version: 2,
    sequence: minute,
    recorded_at: time,
    timestamp: time,
    source: key === undefined ? { type: "daybook" } : { type: "api_key", id: key },
    id: `e-${minute}`,
    tenant_id: "acme",
    action,
    outcome: fields.failed ? "failure" : "success",
    actor: { type: "user", id: user },
    resource: { type: "session" },
    context: { ip },
  };
  return { event, organization: "acme", sequence: minute, at };
}

function evaluation(
  fields: Partial<NewAlert> & Pick<NewAlert, "condition">,
  since = 0,
  memories = new Map<string, PlainMemory>(),
) {
  const watched = newAlert.parse({ name: "a", ...fields });
  const memory = (part: string) => {
    const kept = memories.get(part) ?? new PlainMemory();
    memories.set(part, kept);
    return kept;
  };
  return new Evaluation({
    watched,
    organization: "acme",
    timeZone: undefined,
    since: START + since * MINUTE,
    memory,
    countryOf: () => undefined,
  });
}

/** In minutes after the start, with what it is about. */
const brief = (fired: readonly Fired[]) =>
  fired.map(({ kind, at, value, count }) => [kind, (at - START) / MINUTE, value, count]);

describe("a threshold", () => {
  const condition = { type: "threshold", count: 3, minutes: 10, by: "network" } as const;

  it("fires once a window, for each network, with the matches that it counted", () => {
    const one = evaluation({ condition, filter: { outcome: ["failure"] } });
    const events = [
      seen(0, { failed: true, ip: "203.0.113.1" }),
      seen(1, { failed: true, ip: "203.0.113.2" }),
      seen(2, { ip: "203.0.113.3" }),
      seen(3, { failed: true, ip: "198.51.100.1" }),
      seen(4, { failed: true, ip: "203.0.113.200" }),
      seen(5, { failed: true, ip: "203.0.113.4" }),
      seen(6, { failed: true, ip: "203.0.113.5" }),
      seen(7, { failed: true, ip: "203.0.113.5" }),
    ];
    expect(brief(events.flatMap((event) => one.take(event)))).toEqual([["threshold", 4, "203.0.113.0/24", 3]]);
    // The window of the first is over.
    const later = [14, 15, 16].map((minute) => seen(minute, { failed: true, ip: "203.0.113.9" }));
    expect(brief(later.flatMap((event) => one.take(event)))).toEqual([["threshold", 16, "203.0.113.0/24", 3]]);
  });

  it("does not count what lies further apart than the window", () => {
    const one = evaluation({ condition });
    expect([0, 5, 10, 15, 20].flatMap((minute) => one.take(seen(minute)))).toEqual([]);
  });

  it("comes to the same when its memory is taken over between any two events", () => {
    const memories = new Map<string, PlainMemory>();
    const minutes = [0, 1, 2, 3, 12, 13, 14, 15, 30, 31, 32];
    const whole = evaluation({ condition });
    const fired = minutes.flatMap((minute) => whole.take(seen(minute)));
    const parts = minutes.flatMap((minute) => evaluation({ condition }, 0, memories).take(seen(minute)));
    expect(fired.length).toBe(3);
    expect(parts).toEqual(fired);
  });
});

describe("a new value", () => {
  it("is an address that this user was not seen at, and not the first of a user", () => {
    const one = evaluation({ condition: { type: "new_value", of: "address", per: "user", after_failures: 0 } });
    const events = [
      seen(0, { user: "u1", ip: "203.0.113.1" }),
      seen(1, { user: "u2", ip: "203.0.113.2" }),
      seen(2, { user: "u1", ip: "203.0.113.1" }),
      seen(3, { user: "u1", ip: "203.0.113.2" }),
      seen(4, { user: "u1", ip: "203.0.113.2" }),
    ];
    expect(brief(events.flatMap((event) => one.take(event)))).toEqual([["new_value", 3, "203.0.113.2", 1]]);
  });

  it("fires after failures alone, which do not make an address known", () => {
    const one = evaluation({ condition: { type: "new_value", of: "address", per: "user", after_failures: 2 } });
    const from = (ip: string) => ({ ip, user: "u1" });
    const events = [
      seen(0, from("203.0.113.1")),
      seen(1, from("203.0.113.2")),
      seen(2, { ...from("198.51.100.1"), failed: true }),
      seen(3, { ...from("198.51.100.1"), failed: true }),
      seen(4, from("198.51.100.1")),
    ];
    expect(brief(events.flatMap((event) => one.take(event)))).toEqual([["new_value", 4, "198.51.100.1", 1]]);
  });

  it("is new again once it was not seen for 90 days", () => {
    const one = evaluation({ condition: { type: "new_value", of: "action", after_failures: 0 } });
    const day = 24 * 60;
    one.take(seen(0, { action: "a.b" }));
    for (let at = 0; at <= 91; at++) one.take(seen(at * day, { action: "c.d" }));
    expect(brief(one.take(seen(92 * day, { action: "a.b" })))).toEqual([["new_value", 92 * day, "a.b", 1]]);
  });
});

describe("silence", () => {
  const condition = { type: "silence", minutes: 60, source: "any" } as const;

  it("fires once when nothing has matched, and again after something has", () => {
    const one = evaluation({ condition });
    one.take(seen(10));
    expect(one.elapse(START + 69 * MINUTE)).toEqual([]);
    expect(brief(one.elapse(START + 500 * MINUTE))).toEqual([["silence", 70, undefined, 0]]);
    expect(one.elapse(START + 1000 * MINUTE)).toEqual([]);
    expect(brief(one.take(seen(1000)))).toEqual([]);
    expect(brief(one.take(seen(2000)))).toEqual([["silence", 1060, undefined, 0]]);
  });

  it("fires where nothing ever matched, so long after the alert was created", () => {
    expect(brief(evaluation({ condition }, 5).elapse(START + 65 * MINUTE))).toEqual([["silence", 65, undefined, 0]]);
  });

  it("gives what was silent before the alert was created as long from then on", () => {
    const one = evaluation({ condition }, 500);
    one.take(seen(0));
    expect(one.elapse(START + 559 * MINUTE)).toEqual([]);
    expect(brief(one.elapse(START + 560 * MINUTE))).toEqual([["silence", 560, undefined, 0]]);
  });

  it("is told apart by key, and an event that no key has sent breaks none", () => {
    const one = evaluation({ condition: { ...condition, by: "key", source: "api_key" } });
    one.take(seen(0, { key: "k1" }));
    one.take(seen(30, { key: "k2" }));
    one.take(seen(50));
    expect(brief(one.elapse(START + 100 * MINUTE))).toEqual([
      ["silence", 60, "k1", 0],
      ["silence", 90, "k2", 0],
    ]);
  });
});

describe("any alert", () => {
  it("fires at most 10 times in 10 minutes, and says how often it would have", () => {
    const one = evaluation({ condition: { type: "match" } });
    const fired = Array.from({ length: 40 }, (_, at) => one.take(seen(at / 10))).flat();
    expect(fired.length).toBe(10);
    expect(brief(one.elapse(START + 10 * MINUTE))).toEqual([["rest", 10, undefined, 30]]);
    expect(one.elapse(START + 30 * MINUTE)).toEqual([]);
    expect(brief(one.take(seen(31)))).toEqual([["match", 31, undefined, 1]]);
  });

  it("does not fire for its own firing, nor for what was recorded before it was created", () => {
    const one = evaluation({ condition: { type: "match" } }, 10);
    expect(one.take(seen(9))).toEqual([]);
    expect(one.take(seen(10, { action: "alert.fire" }))).toEqual([]);
    expect(brief(one.take(seen(10)))).toEqual([["match", 10, undefined, 1]]);
  });
});

describe("a report", () => {
  it.each([
    ["Europe/Paris", "2026-11-27T00:00:00Z", "2026-11-30T07:00:00.000Z"],
    // That morning, clocks are set forward: 08:00 is an hour earlier.
    ["Europe/Paris", "2027-03-22T08:00:00Z", "2027-03-29T06:00:00.000Z"],
    ["UTC", "2026-11-30T08:00:00Z", "2026-12-07T08:00:00.000Z"],
  ])("is due on Monday at 8 in %s, after %s", (zone, after, due) => {
    const condition = { type: "report", weekday: "mon", hour: 8 } as const;
    expect(new Date(nextReport(condition, zone, Date.parse(after))).toISOString()).toBe(due);
  });

  it("that was missed for three weeks is sent once", () => {
    const one = evaluation({ condition: { type: "report", weekday: "mon", hour: 8 } });
    expect(one.elapse(START)).toEqual([]);
    const [fired, ...others] = one.elapse(START + 24 * 24 * 60 * MINUTE);
    expect(others).toEqual([]);
    expect(new Date(fired?.at ?? 0).toISOString()).toBe("2026-12-14T08:00:00.000Z");
    expect(one.elapse(START + 24 * 24 * 60 * MINUTE)).toEqual([]);
  });
});
