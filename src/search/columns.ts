import type { Resource } from "@daybook/sdk";
import { CONTEXT_FILTERS, type ContextFilter, fold } from "@daybook/sdk/filters";
import {
  type ByteWriter,
  CLOSE_BRACKET,
  COMMA,
  type EntryLayout,
  type Field,
  fieldNumber,
  OPEN_BRACKET,
  QUOTE,
} from "../event/index.ts";
import { oneSpelling } from "./addresses.ts";
import { writeFolded, writeText } from "./cells.ts";
import { writeLeafTexts } from "./leaf-texts.ts";

/** What a cell is in the engine's answers: text, a number, true or false, a list of texts, or null for what the event does not have. */
export type Cell = string | number | boolean | null | readonly string[];

/** What a row is made of. */
export interface RowSource {
  /** Where its texts are. */
  readonly entry: EntryLayout;
  /** What else it was done to. */
  readonly others: readonly Resource[];
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
  /** Writes the JSON text of its cell. */
  readonly write: (source: RowSource, to: ByteWriter) => void;
  /** How the engine's cell becomes the one whose text that is. Default: it is that already. */
  readonly read?: (cell: Cell) => Cell;
  /** True when its value depends on more than the event: a check compares what it stands for. */
  readonly indirect?: boolean;
}

/** What rows.ts writes over, in the last cell of a row. */
export const NOT_FIRST_SEEN = "false";

const WORD = "LowCardinality(String)";
const WORDS = "Array(LowCardinality(String))";
const NUMBER = "UInt64 CODEC(T64, ZSTD(1))";

/** Texts that many events have in common: a dictionary takes a tenth of what the texts do. */
const SHARED: readonly ContextFilter[] = ["user_agent"];

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
    write: field("tenant_id"),
  },
  {
    name: "timestamp",
    type: "DateTime64(3, 'UTC') CODEC(Delta, LZ4)",
    why: "When it happened: pages, ranges and partitions go by it, so every query reads it, and LZ4 halves what that takes",
    write: time("timestamp"),
  },
  {
    name: "sequence",
    type: "UInt64 CODEC(Delta, ZSTD(1))",
    why: "Place in the organization: orders what happened in the same millisecond, and bounds what a reader of one organization sees",
    write: field("sequence"),
  },
  {
    name: "position",
    type: "UInt64 CODEC(T64, LZ4)",
    why: "Place in the log: the answer of search, what platform readers are bounded by, and what the indexer resumes from",
    write: ({ position }, to) => to.number(position),
  },
  {
    name: "recorded_at",
    type: "DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1))",
    why: "When the log took it: how far a reader has seen, and what first_seen is checked by",
    write: time("recorded_at"),
  },
  {
    name: "action",
    type: WORD,
    why: "Filter and facet; its family, before the first dot, is what a histogram counts",
    write: field("action"),
  },
  {
    name: "outcome",
    type: WORD,
    why: "Filter and facet; not an Enum, so that a new outcome needs no new table",
    write: field("outcome"),
  },
  { name: "actor_type", type: WORD, why: "Filter and facet", write: field("actor.type") },
  {
    name: "role",
    type: WORD,
    why: "Filter and facet: roles are few, so a column is smaller and faster than a look-up of actors. Empty: absent",
    write: field("actor.role"),
  },
  {
    name: "actor",
    type: NUMBER,
    why: "Who, and for whom: the number of a row in the table of actors",
    write: ({ actor }, to) => to.number(actor),
    indirect: true,
  },
  {
    name: "resource",
    type: NUMBER,
    why: "What it was done to: the number of a row in the table of resources",
    write: ({ resource }, to) => to.number(resource),
    indirect: true,
  },
  {
    name: "targets",
    type: NUMBER,
    why: "What else: the number of one or more rows in the table of resources. 0: no targets",
    write: ({ targets }, to) => to.number(targets),
    indirect: true,
  },
  {
    name: "resource_types",
    type: WORDS,
    why: "Facet: the types of the resource and of its targets, each once",
    write: types(field("resource.type"), (type) => type),
  },
  {
    name: "folded_types",
    type: WORDS,
    why: "Filter: the same without the difference of case",
    write: types(folded("resource.type"), fold),
  },
  {
    name: "description",
    type: "String CODEC(ZSTD(3))",
    why: "Searched by substring, so without the difference of case. Empty: absent",
    write: folded("description"),
  },
  {
    name: "ip",
    type: "Nullable(IPv6) CODEC(ZSTD(1))",
    why: "Filter, facet and ranges: an address, not its spelling; an IPv4 address is its IPv4-mapped IPv6 address. Null, as every address is one that can occur",
    write: ({ address }, to) => to.latin1(address === undefined ? "null" : `"${address}"`),
    read: (cell) => (cell === null ? null : oneSpelling(String(cell))),
  },
  ...CONTEXT_FILTERS.map(contextColumn),
  {
    name: "source",
    type: WORDS,
    why: "Filter: who delivered it, by type and by id. Few of each, so that it takes next to nothing",
    write: writeSource,
  },
  {
    name: "metadata",
    type: "Array(String) CODEC(ZSTD(3))",
    why: "Filter: each leaf as one text of path and value",
    write: writeMetadata,
  },
  {
    name: "first_seen",
    type: "Bool CODEC(T64, LZ4)",
    why: "Filter: whether it was recorded within a day of the first event of its actor at its address. Kept, since it depends on every earlier event",
    // Whether it was is decided for a batch as a whole, and written in the place of this: see rows.ts.
    write: (_source, to) => to.latin1(NOT_FIRST_SEEN),
    indirect: true,
  },
];

/** Of a filter over a text of the context. */
function contextColumn(name: ContextFilter): Column {
  return {
    name,
    type: SHARED.includes(name) ? WORD : "String CODEC(ZSTD(1))",
    why: "Filter. Empty: absent",
    write: field(`context.${name}`),
  };
}

/** Writes one row, as JSON of an array in the order of the columns. */
export function writeRow(source: RowSource, to: ByteWriter): void {
  for (let i = 0; i < COLUMNS.length; i++) {
    to.byte(i === 0 ? OPEN_BRACKET : COMMA);
    (COLUMNS[i] as Column).write(source, to);
  }
  to.byte(CLOSE_BRACKET);
}

function field(name: Field): Column["write"] {
  const number = fieldNumber(name);
  return ({ entry }, to) => writeText(entry, number, to);
}

/** A time, for the engine's basic parser, which is several times as fast as the one that takes a T and a Z. */
function time(name: "timestamp" | "recorded_at"): Column["write"] {
  const number = fieldNumber(name);
  return ({ entry }, to) => {
    const from = to.length;
    entry.write(number, to);
    to.bytes[from + DATE_BYTES] = SPACE;
    to.bytes[to.length - 2] = QUOTE;
    to.length--;
  };
}

/** A quotation mark and `2026-11-22`. */
const DATE_BYTES = 11;
const SPACE = 0x20;

function folded(name: Field): Column["write"] {
  const number = fieldNumber(name);
  return ({ entry }, to) => writeFolded(entry, number, to);
}

/** The types of the resource and of its targets, each once. @param own writes the resource's. @param of what to write of a type. */
function types(own: Column["write"], of: (type: string) => string): Column["write"] {
  return (source, to) => {
    const { entry, others } = source;
    if (others.length > 0) {
      const all = new Set([entry.value<string>(RESOURCE_TYPE) ?? "", ...others.map(({ type }) => type)]);
      to.text(JSON.stringify([...all].map(of)));
      return;
    }
    to.byte(OPEN_BRACKET);
    own(source, to);
    to.byte(CLOSE_BRACKET);
  };
}

const RESOURCE_TYPE = fieldNumber("resource.type");
const METADATA = fieldNumber("metadata");
const [SOURCE_TYPE, SOURCE_ID] = [fieldNumber("source.type"), fieldNumber("source.id")];

function writeSource({ entry }: RowSource, to: ByteWriter): void {
  to.byte(OPEN_BRACKET);
  writeText(entry, SOURCE_TYPE, to);
  if (!entry.isEmpty(SOURCE_ID)) {
    to.byte(COMMA);
    writeText(entry, SOURCE_ID, to);
  }
  to.byte(CLOSE_BRACKET);
}

function writeMetadata({ entry }: RowSource, to: ByteWriter): void {
  const start = entry.starts[METADATA] as number;
  if (start < 0) to.latin1("[]");
  else writeLeafTexts(entry.bytesOf(METADATA), start, entry.ends[METADATA] as number, to);
}
