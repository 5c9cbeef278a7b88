import { describe, expect, it } from "vitest";
import type { StoredEvent } from "../event/index.ts";
import type { Seen } from "./contract.ts";
import { watched } from "./definition.ts";
import { Evaluation } from "./evaluation.ts";
import { PlainMemory } from "./plain-memory.ts";
import { readyAlerts } from "./ready.ts";

const MINUTE = 60_000;
/** A Friday, within office hours. */
const START = Date.parse("2026-11-27T10:00:00.000Z");
const NIGHT = 12 * 60;

type Fields = Partial<Pick<StoredEvent, "actor" | "outcome" | "source" | "metadata">> & { readonly ip?: string };

/** An event of the platform, so many minutes after the start. */
function seen(minute: number, action: string, { ip = "203.0.113.1", ...fields }: Fields = {}): Seen {
  const at = START + minute * MINUTE;
  const time = new Date(at).toISOString();
  const event: StoredEvent = {
    schema_version: 2,
    sequence: minute,
    recorded_at: time,
    timestamp: time,
    source: { type: "daybook" },
    id: `e-${minute}`,
    tenant_id: "daybook",
    action,
    outcome: "success",
    actor: { type: "user", id: "u1" },
    resource: { type: "thing", id: "t1" },
    context: { ip },
    ...fields,
  };
  return { event, organization: "daybook", sequence: minute, at };
}

const times = (count: number, what: (minute: number) => Seen) => Array.from({ length: count }, (_, at) => what(at));
const failure = { outcome: "failure" } as const;
const fromKey = { source: { type: "api_key", id: "k1" } } as const;
const asUser = (id: string) => ({ actor: { type: "user", id } }) as const;
const exported = (minute: number, state: string, fields: Fields = {}) =>
  seen(minute, "audit_log.export", { metadata: JSON.stringify({ state }), ...fields });
const signIn = (minute: number, fields: Fields = {}) => seen(minute, "auth.login", fields);
const office = { officeHours: "mon-fri 09:00-17:00", timeZone: "Europe/Paris" };
const ready = readyAlerts({ id: "daybook", ...office });

/** How often a ready alert fires for these events, or later within a day and an hour. */
function firings(id: string, events: readonly Seen[]): number {
  const { condition, filter } = ready.find((one) => one.id === id) ?? {};
  const memories = new Map<string, PlainMemory>();
  const memory = (part: string) => {
    const kept = memories.get(part) ?? new PlainMemory();
    memories.set(part, kept);
    return kept;
  };
  const settings = watched.parse({ condition, filter });
  const options = { watched: settings, organization: "daybook", timeZone: office.timeZone, since: START, memory };
  const one = new Evaluation(options);
  return [...events.flatMap((event) => one.take(event)), ...one.elapse(START + 25 * 60 * MINUTE)].length;
}

const guessed = (failures: number) => [
  signIn(0),
  ...times(failures, (at) => signIn(at + 1, { ip: "198.51.100.1", ...failure })),
  signIn(10, { ip: "198.51.100.1" }),
];

describe("a ready alert", () => {
  /** What it fires for once, and what is close to that but not enough. */
  const CASES: Readonly<Record<string, readonly [fires: readonly Seen[], not: readonly Seen[]]>> = {
    failed_sign_ins: [
      times(10, (at) => signIn(at, { ip: `203.0.113.${at}`, ...failure })),
      [...times(9, (at) => signIn(at, failure)), signIn(9), signIn(9, { ip: "198.51.100.1", ...failure })],
    ],
    new_address_after_failures: [guessed(3), guessed(2)],
    // In Paris, it is an hour later than in UTC.
    key_outside_office_hours: [[seen(6 * 60 + 1, "api_key.create")], [seen(5 * 60 + 59, "api_key.create")]],
    role_raised_to_owner: [
      [seen(0, "member.role_update", { metadata: '{"role":"owner"}' })],
      [seen(0, "member.role_update", { metadata: '{"role":"admin"}' }), seen(1, "member.remove")],
    ],
    two_factor_off: [
      [seen(0, "two_factor.disable")],
      [seen(0, "two_factor.enable"), seen(1, "two_factor.disable", failure)],
    ],
    mass_export: [
      times(10, (at) => exported(at, at % 2 === 0 ? "started" : "completed")),
      [...times(8, (at) => exported(at, at % 2 === 0 ? "started" : "completed")), exported(9, "started", asUser("u2"))],
    ],
    mass_deletion: [
      times(10, (at) => seen(at, at % 2 === 0 ? "db.delete" : "member.remove")),
      times(10, (at) => seen(at * 2, "db.delete")),
    ],
    logs_silent: [[seen(0, "a.b", fromKey), seen(NIGHT, "auth.login")], [seen(NIGHT, "a.b", fromKey)]],
    signing_key_rotated: [[seen(0, "signing_key.rotate")], [seen(0, "api_key.create")]],
    verification_failed: [[seen(0, "audit_log.verify", failure)], [seen(0, "audit_log.verify")]],
  };

  it("is each of these", () => {
    expect(ready.map(({ id }) => id)).toEqual(Object.keys(CASES));
  });

  it.each(Object.entries(CASES))(
    "%s fires once for what it is about, and not for what is close to it",
    (id, events) => {
      expect(events.map((each) => firings(id, each))).toEqual([1, 0]);
    },
  );
});
