import type { Event, EventInput } from "@daybook/sdk";
import type { StoredEvent } from "../../src/event/stored-event.ts";
import type { NaiveEvent } from "../search/naive.ts";

const TIMES = [
  "2019-05-04T10:00:00Z",
  "2026-01-01T00:00:00Z",
  "2026-03-01T11:00:00.500Z",
  "2026-07-04T19:30:00Z",
  "2026-07-05T23:59:59.999Z",
];
const IPS = ["203.0.113.7", "::ffff:203.0.113.7", "2001:db8::1", "2001:DB8::0001", "::1.2.3.4", "198.51.100.9"];

/** Sixty events in which each filter of the campaign has something to find and something to leave. @param now milliseconds. */
export function seededEvents(now: number): EventInput[] {
  const pick = <T>(list: readonly T[], at: number): T => list[at % list.length] as T;
  return Array.from({ length: 60 }, (_, i) => {
    const recent = i % 3 === 0;
    const ip = pick([...IPS, undefined], i);
    return {
      id: `seed-${i}`,
      timestamp: recent ? new Date(now - (i + 1) * 3_600_000).toISOString() : pick(TIMES, i).replace("2019", "2018"),
      action: pick(["auth.login", "auth.logout", "billing.invoice.pay", "billing.plan", "db.update"], i),
      outcome: pick(["success", "failure", "denied"] as const, i),
      actor: {
        type: pick(["user", "agent", "system"] as const, i),
        id: pick(["u1", "u2", "café", "-u1"], i),
        name: pick(["Ada", "Größe"], i),
        email: pick(["ada@example.com", "bo@example.com"], i),
        role: pick(["admin", "owner", "a, b"], i),
        ...(i % 4 === 1 && { on_behalf_of: { type: "user", id: "u1" } as const }),
      },
      resource: { type: pick(["Invoice", "thing"], i), id: pick(["inv_1", "thing_2"], i) },
      ...(i % 5 === 0 && { targets: [{ type: "account", id: "acc_9" }] }),
      description: pick(["Paid an invoice", "=1+1", "100% of_it \\ all"], i),
      context: {
        ...(ip !== undefined && { ip }),
        request_id: pick(["req_1", "req_2", "req_3"], i),
        ...(i % 2 === 0 && { session_id: "ses_1" }),
      },
      metadata: { region: pick(["eu", "us"], i), n: pick([1.5, 2], i), "a.b": "x" },
    };
  });
}

/** Events as the list gives them, for the naive evaluator. */
export function naive(events: readonly Event[]): NaiveEvent[] {
  return events.map((event) => {
    const { metadata, leaf_hash, ...rest } = event;
    const stored = { ...rest, ...(metadata !== undefined && { metadata: JSON.stringify(metadata) }) };
    return {
      event: stored as unknown as StoredEvent,
      at: Date.parse(event.timestamp),
      position: event.sequence,
      json: JSON.stringify(event),
    };
  });
}
