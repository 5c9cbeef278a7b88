import { CONTEXT_FILTERS, type ContextFilter, fold } from "@daybook/sdk/filters";
import { byteJson, type IndexedTexts, isPlain, stringOf } from "../event/index.ts";
import { oneSpelling } from "./addresses.ts";
import { leafTexts } from "./leaf-texts.ts";
import { Memo } from "./memo.ts";

/** What a cell is in the engine's answers: text, a number, true or false, a list of texts, or null for what the event does not have. */
export type Cell = string | number | boolean | null | readonly string[];

/** What a row is made of. */
export interface RowSource {
  readonly event: IndexedTexts;
  /** Place in the log. */
  readonly position: number;
  /** The numbers of its snapshots: see snapshots.ts. */
  readonly actor: number;
  readonly resource: number;
  readonly targets: number;
  /** As eight groups; undefined where there is none. */
  readonly address: string | undefined;
}

export interface Column {
  readonly name: string;
  /** ClickHouse type and codec. */
  readonly type: string;
  /** Why the column is there and typed like this; becomes its comment in the table. */
  readonly why: string;
  /** The JSON byte text of its cell: see IndexedTexts. */
  readonly text: (source: RowSource) => string;
  /** How the engine's cell becomes the one whose text that is. Default: it is that already. */
  readonly read?: (cell: Cell) => Cell;
  /** True when its value depends on more than the event: a check compares what it stands for. */
  readonly indirect?: boolean;
}

/** What rows.ts writes over, in the last cell of a row. */
export const NOT_FIRST_SEEN = "false";

/** The text of an empty string. */
const EMPTY = '""';

const WORD = "LowCardinality(String)";
const WORDS = "Array(LowCardinality(String))";
const NUMBER = "UInt64 CODEC(T64, ZSTD(1))";

/**
 * The columns of the table of events, once. It holds what is filtered, sorted or counted by, and nothing to show: what an event is,
 * the log says. Where no filter takes an empty text, empty stands for absent, which spares a Nullable: neither matches anything,
 * and neither is excluded.
 */
export const COLUMNS: readonly Column[] = [
  {
    name: "tenant_id",
    type: WORD,
    why: "The organization: first in the order, so that its rows lie together and no other rows are read",
    text: ({ event }) => event.tenant_id,
  },
  {
    name: "timestamp",
    type: "DateTime64(3, 'UTC') CODEC(Delta, LZ4)",
    why: "When it happened: pages, ranges and partitions go by it, so every query reads it, and LZ4 halves what that takes",
    text: ({ event }) => engineTime(event.timestamp),
  },
  {
    name: "sequence",
    type: "UInt64 CODEC(Delta, ZSTD(1))",
    why: "Place in the organization: orders what happened in the same millisecond, and bounds what a reader of one organization sees",
    text: ({ event }) => event.sequence,
  },
  {
    name: "position",
    type: "UInt64 CODEC(T64, LZ4)",
    why: "Place in the log: the answer of search, what platform readers are bounded by, and what the indexer resumes from",
    text: ({ position }) => String(position),
  },
  {
    name: "recorded_at",
    type: "DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1))",
    why: "When the log took it: how far a reader has seen",
    text: ({ event }) => recordedAt.of(event.recorded_at),
  },
  {
    name: "action",
    type: WORD,
    why: "Filter and facet; its family, before the first dot, is what a histogram counts",
    text: ({ event }) => event.action,
  },
  {
    name: "outcome",
    type: WORD,
    why: "Filter and facet; not an Enum, so that a new outcome needs no new table",
    text: ({ event }) => event.outcome,
  },
  { name: "actor_type", type: WORD, why: "Filter and facet", text: ({ event }) => event.actor.type },
  {
    name: "role",
    type: WORD,
    why: "Filter and facet: roles are few, so a column is smaller and faster than a look-up of actors. Empty: absent",
    text: ({ event }) => event.actor.role ?? EMPTY,
  },
  {
    name: "actor",
    type: NUMBER,
    why: "Who, and for whom: the number of a row in the table of actors",
    text: ({ actor }) => String(actor),
    indirect: true,
  },
  {
    name: "resource",
    type: NUMBER,
    why: "What it was done to: the number of a row in the table of resources",
    text: ({ resource }) => String(resource),
    indirect: true,
  },
  {
    name: "targets",
    type: NUMBER,
    why: "What else: the number of one or more rows in the table of resources. 0: no targets",
    text: ({ targets }) => String(targets),
    indirect: true,
  },
  {
    name: "resource_types",
    type: WORDS,
    why: "Facet: the types of the resource and of its targets, each once",
    text: ({ event }) => `[${typesOf(event)}]`,
  },
  {
    name: "folded_types",
    type: WORDS,
    why: "Filter: the same without the difference of case",
    text: ({ event }) => `[${typesOf(event).map((type) => folded.of(type))}]`,
  },
  {
    name: "description",
    type: "String CODEC(ZSTD(1))",
    why: "Searched by substring, so without the difference of case. Empty: absent",
    text: ({ event }) => (event.description === undefined ? EMPTY : foldText(event.description)),
  },
  {
    name: "ip",
    type: "Nullable(IPv6) CODEC(ZSTD(1))",
    why: "Filter, facet and ranges: an address, not its spelling; an IPv4 address is its IPv4-mapped IPv6 address. Null, as every address is one that can occur",
    text: ({ address }) => (address === undefined ? "null" : `"${address}"`),
    read: (cell) => (cell === null ? null : oneSpelling(String(cell))),
  },
  ...CONTEXT_FILTERS.map(contextColumn),
  {
    name: "metadata",
    type: "Array(String) CODEC(ZSTD(1))",
    why: "Filter: each leaf as one text of path and value",
    text: ({ event }) => (event.metadata === undefined ? "[]" : leafTexts(event.metadata)),
  },
  {
    name: "first_seen",
    type: "Bool CODEC(T64, LZ4)",
    why: "Filter: whether it happened within a day of the first event that was recorded of its actor at its address. Kept, since it depends on every earlier event",
    // Whether it was is decided for a batch as a whole, and written in the place of this: see rows.ts.
    text: () => NOT_FIRST_SEEN,
    indirect: true,
  },
];

/** Of a filter over a text of the context. */
function contextColumn(name: ContextFilter): Column {
  return {
    name,
    type: "String CODEC(ZSTD(1))",
    why: "Filter. Empty: absent",
    text: ({ event }) => event.context[name] ?? EMPTY,
  };
}

/** One row, as JSON text of an array in the order of the columns. */
export function rowText(source: RowSource): string {
  const cells = new Array<string>(COLUMNS.length);
  for (let i = 0; i < COLUMNS.length; i++) cells[i] = (COLUMNS[i] as Column).text(source);
  return `[${cells.join(",")}]`;
}

/** The types of the resource and of its targets, each once. */
function typesOf({ resource, targets }: IndexedTexts): readonly string[] {
  if (targets.length === 0) return [resource.type];
  return [...new Set([resource.type, ...targets.map(({ type }) => type)])];
}

const folded = new Memo(foldText);

/** The JSON text of a text that is folded. */
function foldText(text: string): string {
  return isPlain(text) ? text.toLowerCase() : byteJson(fold(stringOf(text)));
}

/** Entries that were recorded together have the same time. */
const recordedAt = new Memo(engineTime, 1_000);

/** A time's text for the engine, whose basic parser is several times as fast as the one that takes a T and a Z. @param timestamp JSON text. */
export function engineTime(timestamp: string): string {
  return `${timestamp.slice(0, 11)} ${timestamp.slice(12, -2)}"`;
}
