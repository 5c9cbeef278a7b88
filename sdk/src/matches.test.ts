import { describe, expect, it } from "vitest";
import type { FilterableEvent, Filters } from "./filters.ts";
import { matches } from "./matches.ts";

const EVENT: FilterableEvent = {
  sequence: 41,
  source: { type: "api_key", id: "key_1" },
  timestamp: "2026-11-21T23:30:00.000Z",
  action: "billing.invoice.pay",
  outcome: "success",
  actor: {
    type: "agent",
    id: "bot_1",
    name: "Größe",
    role: "admin",
    on_behalf_of: { type: "user", id: "u1", email: "ada@example.com" },
  },
  resource: { type: "Invoice", id: "inv_1" },
  targets: [{ type: "account", id: "acc_9", name: "Main Account" }],
  description: "Paid an invoice",
  context: { ip: "203.0.113.9", request_id: "r1" },
  metadata: '{"region":"eu","amount":1.50,"tags":["a","b"],"a.b":{"c\\\\d":null}}',
};

const cases: [string, Filters, boolean][] = [
  ["nothing is asked", {}, true],
  ["one of several values is right", { actor_id: ["x", "bot_1"] }, true],
  ["one of several filters is wrong", { actor_id: ["bot_1"], role: ["owner"] }, false],
  ["a family of any depth is asked for", { action: ["billing.invoice.*"] }, true],
  ["an action is asked for and excluded", { action: ["billing.*", "-billing.invoice.pay"] }, false],
  ["a target has the id", { resource_id: ["acc_9"] }, true],
  ["a target has the type, in another case", { resource_type: "ACC" }, true],
  ["the beginning of a type is excluded", { not_resource_type: ["acc"] }, true],
  ["a whole type is excluded", { not_resource_type: ["ACCOUNT"] }, false],
  ["somebody is acted for", { on_behalf_of: ["u1"] }, true],
  ["somebody is named as they are, in another case", { who: ["GRÖSSE"] }, true],
  ["whoever is acted for is named by their e-mail", { who: ["ADA@example.com"] }, true],
  ["a part of a name is given as the whole", { who: ["ada"] }, false],
  ["a target is named", { resource: ["main account"] }, true],
  ["a resource that is named is excluded", { not_resource: ["INV_1"] }, false],
  ["the key that delivered it is named", { source: ["key_1"] }, true],
  ["all that keys delivered is excluded", { not_source: ["api_key"] }, false],
  ["its entry is named", { sequence: ["7", "41"] }, true],
  ["its entry is excluded", { not_sequence: ["41"] }, false],
  ["a name is searched for", { q: "GRÖSSE" }, true],
  ["a name is searched for as another keyboard writes it", { q: "gro\u0308ße" }, true],
  ["the name of a target is searched for", { q: "main acc" }, true],
  ["an e-mail of whoever is acted for is searched for", { q: "ADA@" }, true],
  ["a role is searched for", { q: "admin" }, false],
  ["a mapped address is asked for", { ip: ["::ffff:cb00:7109"] }, true],
  ["a compatible address is asked for", { ip: ["::203.0.113.9"] }, false],
  ["a range is excluded", { not_ip: ["203.0.113.0/24"] }, false],
  ["what an event lacks is asked for", { session_id: ["s"] }, false],
  ["what an event lacks is excluded", { not_session_id: ["s"] }, true],
  ["metadata is a string", { "metadata.region": ["us", "eu"] }, true],
  ["metadata is a number", { "metadata.amount": ["1.5"] }, true],
  ["metadata is a list", { "metadata.tags": ["b"] }, true],
  ["a path is escaped", { "metadata.a\\.b.c\\\\d": ["null"] }, true],
  ["a path is not escaped", { "metadata.a.b.c\\\\d": ["null"] }, false],
  ["metadata is excluded", { "not_metadata.region": ["eu"] }, false],
  ["the night is asked for", { time_of_day: "18:00-08:00" }, true],
  ["the week is asked for on a day of it", { time_of_day: "mon-sun 18:00-08:00" }, true],
  ["the night is left out", { not_time_of_day: ["mon-sun 18:00-08:00"] }, false],
  ["the night is asked for where it is day", { time_of_day: "18:00-08:00", tz: "Pacific/Auckland" }, false],
  ["the local day is asked for", { weekday: ["sun"], tz: "Europe/Paris" }, true],
  ["another day is asked for", { weekday: ["sun"] }, false],
];

describe("an event", () => {
  it.each(cases)("when %s", (_, filters, expected) => {
    expect(matches(EVENT, filters)).toBe(expected);
    const parsed = { ...EVENT, metadata: JSON.parse(String(EVENT.metadata)) };
    expect(matches(parsed, filters)).toBe(expected);
  });

  it.each(["2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"])(
    "in an hour that a clock shows twice, at %s",
    (timestamp) => {
      const within = (time_of_day: string) => matches({ ...EVENT, timestamp }, { time_of_day, tz: "Europe/Berlin" });
      expect(["02:00-03:00", "03:00-02:00"].map(within)).toEqual([true, false]);
    },
  );

  it("by itself does not show whether somebody was first seen", () => {
    expect(() => matches(EVENT, { first_seen: "true" })).toThrow(RangeError);
  });
});
