import type { EventInput } from "@daybook/sdk";

interface Column {
  readonly name: string;
  readonly type: string;
  readonly value: (event: EventInput) => string | null;
}

const json = (value: unknown) => (value === undefined ? null : JSON.stringify(value));

/** Every field of an event as a team would lay it out. `seq` is the order of arrival. */
const COLUMNS: readonly Column[] = [
  { name: "tenant_id", type: "text", value: ({ tenant_id }) => tenant_id ?? null },
  { name: "id", type: "text", value: ({ id }) => id ?? null },
  { name: "ts", type: "timestamptz", value: ({ timestamp }) => timestamp ?? null },
  { name: "action", type: "text", value: ({ action }) => action },
  { name: "outcome", type: "text", value: ({ outcome }) => outcome ?? "success" },
  { name: "actor_type", type: "text", value: ({ actor }) => actor.type },
  { name: "actor_id", type: "text", value: ({ actor }) => actor.id ?? null },
  { name: "actor_name", type: "text", value: ({ actor }) => actor.name ?? null },
  { name: "actor_email", type: "text", value: ({ actor }) => actor.email ?? null },
  { name: "actor_role", type: "text", value: ({ actor }) => actor.role ?? null },
  { name: "on_behalf_of", type: "jsonb", value: ({ actor }) => json(actor.on_behalf_of) },
  { name: "resource_type", type: "text", value: ({ resource }) => resource.type },
  { name: "resource_id", type: "text", value: ({ resource }) => resource.id ?? null },
  { name: "resource_name", type: "text", value: ({ resource }) => resource.name ?? null },
  { name: "description", type: "text", value: ({ description }) => description ?? null },
  { name: "ip", type: "inet", value: ({ context }) => context?.ip ?? null },
  { name: "user_agent", type: "text", value: ({ context }) => context?.user_agent ?? null },
  { name: "request_id", type: "text", value: ({ context }) => context?.request_id ?? null },
  { name: "session_id", type: "text", value: ({ context }) => context?.session_id ?? null },
  { name: "trace_id", type: "text", value: ({ context }) => context?.trace_id ?? null },
  { name: "targets", type: "jsonb", value: ({ targets }) => json(targets) },
  { name: "changes", type: "jsonb", value: ({ changes }) => json(changes) },
  { name: "metadata", type: "jsonb", value: ({ metadata }) => json(metadata) },
];

const NAMES = COLUMNS.map(({ name }) => name).join(", ");

export const SCHEMA = `
create extension if not exists pg_trgm;
create table events (
  seq bigint generated always as identity,
  recorded_at timestamptz not null default now(),
  ${COLUMNS.map(({ name, type }) => `${name} ${type}`).join(",\n  ")}
);
`;

/** Apart from the table: what is filled at once is indexed afterwards. */
export const INDEXES = `
create index events_page on events (tenant_id, ts desc, seq desc);
create index events_action on events (tenant_id, action, ts desc);
create index events_text on events using gin (description gin_trgm_ops, resource_id gin_trgm_ops);
`;

export const DROP_INDEXES = "drop index events_page, events_action, events_text";

/** Takes lines of `copyLine`. */
export const COPY = `\\copy events (${NAMES}) from pstdin`;

/** Takes one array a column. */
export const INSERT_MANY = `insert into events (${NAMES}) select ${COLUMNS.map(({ name, type }) => `${name}::${type}`).join(", ")}
from unnest(${COLUMNS.map((_, index) => `$${index + 1}::text[]`).join(", ")}) as sent (${NAMES})`;

export const INSERT_ONE = `insert into events (${NAMES}) values (${COLUMNS.map(({ type }, index) => `$${index + 1}::${type}`).join(", ")})`;

export function columnArrays(events: readonly EventInput[]): (string | null)[][] {
  return COLUMNS.map(({ value }) => events.map(value));
}

export function rowValues(event: EventInput): (string | null)[] {
  return COLUMNS.map(({ value }) => value(event));
}

/** In the text format of COPY. */
export function copyLine(event: EventInput): string {
  return rowValues(event).map(copyCell).join("\t");
}

function copyCell(value: string | null): string {
  return value === null ? "\\N" : value.replace(/[\\\t\n\r]/g, (character) => COPY_ESCAPES[character] ?? character);
}

const COPY_ESCAPES: Readonly<Record<string, string>> = { "\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r" };
