import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { AddressDatabases } from "../addresses/index.ts";
import { mmdb } from "../addresses/mmdb.fixture.ts";
import type { StoredEvent } from "../event/index.ts";
import type { Seen } from "./contract.ts";
import { watched } from "./definition.ts";
import { Evaluation } from "./evaluation.ts";
import { firingData } from "./firing.ts";
import { PlainMemory } from "./plain-memory.ts";
import { readyAlerts } from "./ready-alerts.ts";
import { summaryOf } from "./summary.ts";

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
const ready = readyAlerts({ id: "daybook", ...office }, true);

const directory = mkdtempSync(join(tmpdir(), "daybook-ready-"));
afterAll(() => rmSync(directory, { recursive: true }));

/** A database of countries as operators have it: two networks are in Germany, one in the Netherlands, and of others nothing is known. */
async function countries(): Promise<AddressDatabases> {
  const path = join(directory, "countries.mmdb");
  const country = (code: string) => ({ country: { iso_code: code } });
  const records = {
    "203.0.113.0/24": country("DE"),
    "198.51.100.0/25": country("DE"),
    "198.51.100.128/25": country("NL"),
  };
  writeFileSync(path, mmdb({ type: "GeoLite2-Country", builtAt: new Date(START), records }));
  const quiet = () => undefined;
  return AddressDatabases.open([path], { info: quiet, warn: quiet, error: quiet }, () => START);
}

const databases = await countries();
type CountryOf = (ip: string) => string | undefined;
const known: CountryOf = (ip) => databases.countryOf(ip);
const unknown: CountryOf = () => undefined;

/** What a ready alert fires for: these events, or what comes of them within a day and an hour. */
function firings(id: string, events: readonly Seen[], countryOf = known): string[] {
  const { condition, filter } = ready.find((one) => one.id === id) ?? {};
  const memories = new Map<string, PlainMemory>();
  const memory = (part: string) => {
    const kept = memories.get(part) ?? new PlainMemory();
    memories.set(part, kept);
    return kept;
  };
  const settings = watched.parse({ condition, filter });
  const options = {
    watched: settings,
    organization: "daybook",
    timeZone: office.timeZone,
    since: START,
    memory,
    countryOf,
  };
  const one = new Evaluation(options);
  const fired = [...events.flatMap((event) => one.take(event)), ...one.elapse(START + 25 * 60 * MINUTE)];
  return fired.map((each) => summaryOf(firingData(each, settings.condition)));
}

const DUTCH = "198.51.100.200";
/** Somebody who is known at 203.0.113.1, in Germany, fails and then signs in from elsewhere. */
const guessed = (failures: number, ip: string) => [
  signIn(0),
  ...times(failures, (at) => signIn(at + 1, { ip, ...failure })),
  signIn(10, { ip }),
];

describe("a ready alert", () => {
  /** What it fires for once, and what is close to that but not enough. */
  const CASES: Readonly<Record<string, readonly [fires: readonly Seen[], not: readonly Seen[]]>> = {
    failed_sign_ins: [
      times(10, (at) => signIn(at, { ip: `203.0.113.${at}`, ...failure })),
      [...times(9, (at) => signIn(at, failure)), signIn(9), signIn(9, { ip: "198.51.100.1", ...failure })],
    ],
    new_country_after_failures: [guessed(3, DUTCH), guessed(2, DUTCH)],
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
      expect(events.map((each) => firings(id, each).length)).toEqual([1, 0]);
    },
  );
});

describe("a sign-in after failures", () => {
  it.each<[string, string, CountryOf, readonly string[]]>([
    ["another country", DUTCH, known, ["New country Netherlands of user u1"]],
    ["another network of the same country", "198.51.100.1", known, []],
    [
      "a network of which no country is known",
      "192.0.2.1",
      known,
      ["New network 192.0.2.0/24 (country unknown) of user u1"],
    ],
    [
      "another network, without a database",
      "198.51.100.1",
      unknown,
      ["New network 198.51.100.0/24 (country unknown) of user u1"],
    ],
    ["another address of the same network, without a database", "203.0.113.200", unknown, []],
  ])("from %s", (_, ip, countryOf, fired) => {
    expect(firings("new_country_after_failures", guessed(3, ip), countryOf)).toEqual(fired);
  });

  it("from a network that was seen before the operator had a database", () => {
    let asked = 0;
    const countryOf: CountryOf = (ip) => (asked++ === 0 ? undefined : known(ip));
    expect(firings("new_country_after_failures", guessed(3, "203.0.113.9"), countryOf)).toEqual([]);
  });
});
