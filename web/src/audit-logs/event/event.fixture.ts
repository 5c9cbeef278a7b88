import type { LoggedEvent } from "../../api/events.ts";

/** An event as the page holds it; what a test is about, it names. */
export function loggedEvent(part: Partial<LoggedEvent> = {}): LoggedEvent {
  const timestamp = "2026-11-22T12:00:00.000Z";
  return {
    schema_version: 2,
    sequence: 0,
    recorded_at: timestamp,
    timestamp,
    source: { type: "api_key" },
    id: "e0",
    tenant_id: "acme",
    outcome: "success",
    leaf_hash: "",
    action: "db.update",
    actor: { type: "user" },
    resource: { type: "db" },
    texts: {},
    ...part,
  };
}
