import type { Field } from "../event/index.ts";

/** A column of a CSV export. */
export interface CsvColumn {
  readonly name: string;
  /** What its cells hold. */
  readonly field: Field;
  /** How a cell is written: `plain` never needs quotes, `free` is text that a caller chose, `json` is JSON. */
  readonly form: "plain" | "free" | "json";
}

/** The columns of a CSV export, in their order. A cell is empty for what the event does not have. */
export const COLUMNS: readonly CsvColumn[] = [
  { name: "timestamp", field: "timestamp", form: "plain" },
  { name: "id", field: "id", form: "free" },
  { name: "action", field: "action", form: "free" },
  { name: "outcome", field: "outcome", form: "plain" },
  { name: "actor_type", field: "actor.type", form: "plain" },
  { name: "actor_id", field: "actor.id", form: "free" },
  { name: "actor_name", field: "actor.name", form: "free" },
  { name: "actor_email", field: "actor.email", form: "free" },
  { name: "actor_role", field: "actor.role", form: "free" },
  { name: "on_behalf_of_type", field: "actor.on_behalf_of.type", form: "plain" },
  { name: "on_behalf_of_id", field: "actor.on_behalf_of.id", form: "free" },
  { name: "on_behalf_of_name", field: "actor.on_behalf_of.name", form: "free" },
  { name: "on_behalf_of_email", field: "actor.on_behalf_of.email", form: "free" },
  { name: "on_behalf_of_role", field: "actor.on_behalf_of.role", form: "free" },
  { name: "resource_type", field: "resource.type", form: "free" },
  { name: "resource_id", field: "resource.id", form: "free" },
  { name: "resource_name", field: "resource.name", form: "free" },
  { name: "targets", field: "targets", form: "json" },
  { name: "description", field: "description", form: "free" },
  { name: "ip", field: "context.ip", form: "free" },
  { name: "ip_text", field: "context.ip_text", form: "free" },
  { name: "user_agent", field: "context.user_agent", form: "free" },
  { name: "request_id", field: "context.request_id", form: "free" },
  { name: "session_id", field: "context.session_id", form: "free" },
  { name: "trace_id", field: "context.trace_id", form: "free" },
  { name: "changes", field: "changes", form: "json" },
  { name: "metadata", field: "metadata", form: "json" },
  { name: "tenant_id", field: "tenant_id", form: "free" },
  { name: "sequence", field: "sequence", form: "plain" },
  { name: "recorded_at", field: "recorded_at", form: "plain" },
  { name: "clock_at", field: "clock_at", form: "plain" },
  { name: "source_type", field: "source.type", form: "plain" },
  { name: "source_id", field: "source.id", form: "free" },
];

/** Those that are not of the entry itself come last: `damaged` says why a row holds no event. */
const LAST = ["leaf_hash", "schema_version", "damaged"] as const;

export const CSV_COLUMNS: readonly string[] = [...COLUMNS.map(({ name }) => name), ...LAST];
