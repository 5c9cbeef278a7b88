import type { StoredEvent } from "../event/stored.ts";
import type { LogEntry } from "../log/contract.ts";

/** What a column takes: text, a whole number, or null for what the event does not have. */
export type Cell = string | number | null;

interface ColumnBase {
  readonly name: string;
  /** ClickHouse type and codec. */
  readonly type: string;
  /** Why the column is there and typed like this; becomes its comment in the table. */
  readonly why: string;
  /** True when a caller chooses the text freely, so that a spreadsheet must be guarded from it. */
  readonly free?: boolean;
  /** True when the column is not of the event, so that no reader gets it. */
  readonly internal?: boolean;
}

/** A column that holds a field of the event. */
interface FieldColumn extends ColumnBase {
  /** Where the field stands in the event: also how it is put back. */
  readonly path: readonly [string] | readonly [string, string];
  /** `time`: RFC 3339 in the event. `json`: the event holds a value, the column its compact text. */
  readonly form?: "time" | "json";
}

/** A column that holds what the log knows of the entry. */
interface EntryColumn extends ColumnBase {
  readonly take: (entry: LogEntry) => Cell;
}

export type Column = FieldColumn | EntryColumn;

const TEXT = "Nullable(String) CODEC(ZSTD(1))";
const WORD = "LowCardinality(String)";
const WORD_OR_NULL = "LowCardinality(Nullable(String))";
const TIME = "DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1))";

/**
 * Every column once, in the order of an export. Null is what the event does not have, which is not the same as empty text.
 * Few values: LowCardinality, which also makes filters and facets work on a dictionary.
 */
export const COLUMNS: readonly Column[] = [
  {
    name: "timestamp",
    path: ["timestamp"],
    form: "time",
    type: "DateTime64(3, 'UTC') CODEC(Delta, LZ4)",
    why: "When it happened: pages, ranges and partitions go by it, so every query reads it, and LZ4 halves what that takes",
  },
  { name: "id", path: ["id"], type: "String CODEC(ZSTD(1))", free: true, why: "The caller's identity for the event" },
  {
    name: "action",
    path: ["action"],
    type: WORD,
    free: true,
    why: "Filter and facet; its family is what stands before the first dot",
  },
  {
    name: "outcome",
    path: ["outcome"],
    type: WORD,
    why: "Filter and facet; not an Enum, so that a new outcome needs no new table",
  },
  { name: "actor_type", path: ["actor", "type"], type: WORD, why: "Part of the event" },
  {
    name: "actor_id",
    path: ["actor", "id"],
    type: TEXT,
    free: true,
    why: "Filter and facet: everything one actor did",
  },
  { name: "actor_name", path: ["actor", "name"], type: TEXT, free: true, why: "Part of the event; absent once erased" },
  {
    name: "actor_email",
    path: ["actor", "email"],
    type: TEXT,
    free: true,
    why: "Part of the event; absent once erased",
  },
  {
    name: "actor_role",
    path: ["actor", "role"],
    type: WORD_OR_NULL,
    free: true,
    why: "Filter and facet: roles are few",
  },
  {
    name: "on_behalf_of",
    path: ["actor", "on_behalf_of"],
    form: "json",
    type: TEXT,
    why: "Part of the event, as JSON: whose authority the actor used",
  },
  {
    name: "resource_type",
    path: ["resource", "type"],
    type: WORD,
    free: true,
    why: "Filter by its beginning, and facet",
  },
  {
    name: "resource_id",
    path: ["resource", "id"],
    type: TEXT,
    free: true,
    why: "Filter: everything done to one resource; searched by substring",
  },
  {
    name: "resource_name",
    path: ["resource", "name"],
    type: TEXT,
    free: true,
    why: "Part of the event; absent once erased",
  },
  { name: "description", path: ["description"], type: TEXT, free: true, why: "Searched by substring" },
  {
    name: "ip",
    path: ["context", "ip"],
    type: TEXT,
    free: true,
    why: "As the caller spelled it; ranges go by ip_address",
  },
  { name: "ip_text", path: ["context", "ip_text"], type: TEXT, free: true, why: "Sent as ip, but not an address" },
  { name: "user_agent", path: ["context", "user_agent"], type: TEXT, free: true, why: "Part of the event" },
  { name: "request_id", path: ["context", "request_id"], type: TEXT, free: true, why: "Part of the event" },
  { name: "session_id", path: ["context", "session_id"], type: TEXT, free: true, why: "Part of the event" },
  { name: "trace_id", path: ["context", "trace_id"], type: TEXT, free: true, why: "Part of the event" },
  {
    name: "targets",
    path: ["targets"],
    form: "json",
    type: TEXT,
    why: "Part of the event, as JSON: never filtered by",
  },
  {
    name: "changes",
    path: ["changes"],
    type: TEXT,
    why: "The caller's own JSON text: parsing it would reorder its keys",
  },
  {
    name: "metadata",
    path: ["metadata"],
    type: TEXT,
    why: "The caller's own JSON text: parsing it would reorder its keys",
  },
  {
    name: "tenant_id",
    path: ["tenant_id"],
    type: WORD,
    free: true,
    why: "The organization: first in the order, so one organization's rows lie together and no other's are read",
  },
  {
    name: "sequence",
    path: ["sequence"],
    type: "UInt64 CODEC(Delta, ZSTD(1))",
    why: "Place in the organization: orders what happened in the same millisecond",
  },
  { name: "recorded_at", path: ["recorded_at"], form: "time", type: TIME, why: "When the log took it" },
  { name: "clock_at", path: ["clock_at"], type: TEXT, why: "The wall clock, where it differed from recorded_at" },
  { name: "source_type", path: ["source", "type"], type: WORD, why: "Who delivered it" },
  {
    name: "source_id",
    path: ["source", "id"],
    type: WORD_OR_NULL,
    free: true,
    why: "Which key or import delivered it: few",
  },
  {
    name: "leaf_hash",
    take: (entry) => Buffer.from(entry.leafHash).toString("hex"),
    type: "FixedString(64) CODEC(ZSTD(1))",
    why: "hex(SHA-256(0x00 ‖ header)): what a proof speaks about",
  },
  {
    name: "schema_version",
    path: ["schema_version"],
    type: "UInt16 CODEC(ZSTD(1))",
    why: "What the event's fields meant when it was recorded",
  },
  {
    name: "entry_bytes",
    take: (entry) => entry.header.length + (entry.body?.length ?? 0),
    internal: true,
    type: "UInt32 CODEC(T64, LZ4)",
    why: "Length of header and body: an export cuts its chunks by it, because one entry may be a thousand times another",
  },
  {
    name: "position",
    take: (entry) => entry.position,
    internal: true,
    type: "UInt64 CODEC(T64, LZ4)",
    why: "Place in the log: as_of, and what the indexer resumes from",
  },
];

/** One row, as JSON text of an array in the order of the columns. */
export function rowText(event: StoredEvent, entry: LogEntry): string {
  return JSON.stringify(cellsOf(event, entry));
}

/** One row, in the order of the columns. */
export function cellsOf(event: StoredEvent, entry: LogEntry): Cell[] {
  const cells = new Array<Cell>(TAKE.length);
  for (let i = 0; i < TAKE.length; i++) cells[i] = TAKE[i]?.(event, entry) ?? null;
  return cells;
}

type Taker = (event: StoredEvent, entry: LogEntry) => Cell | undefined;

const TAKE = COLUMNS.map((column): Taker => {
  if ("take" in column) return (_, entry) => column.take(entry);
  const read = reader(column.path);
  // The engine's basic date parser, which is several times as fast as the one that takes a T and a Z.
  if (column.form === "time") return (event) => String(read(event)).replace("T", " ").slice(0, -1);
  if (column.form !== "json") return (event) => read(event) as Cell | undefined;
  return (event) => {
    const value = read(event);
    return value === undefined ? null : JSON.stringify(value);
  };
});

function reader([key, inner]: FieldColumn["path"]): (event: object) => unknown {
  if (inner === undefined) return (event) => (event as Record<string, unknown>)[key];
  return (event) => (event as Record<string, Record<string, unknown> | undefined>)[key]?.[inner];
}
