import { createHash } from "node:crypto";
import { FOLDING } from "@daybook/sdk/filters";
import { type ClusterName, distributed, localName, replicated } from "./cluster.ts";
import { COLUMNS } from "./columns.ts";

/**
 * The tables of one log: events, and beside them who and what they name, and when each actor was first recorded at each address. All
 * are derived from the log and can be deleted together.
 */
export interface Tables {
  readonly events: string;
  readonly actors: string;
  readonly resources: string;
  readonly sightings: string;
}

export type TableName = keyof Tables;

/** An id without the difference of case, in a row of actors or resources. (`folded_id = ''` would be rewritten, and the index of texts not used.) */
export const FOLDED_ID = "if(empty(folded_id), id, folded_id)";

/** What `q` looks into: all of such a row's texts, with a line end between them. */
export const SEARCHED_TEXT = `arrayStringConcat(arrayPushFront(others, ${FOLDED_ID}), '\\n')`;

interface Definition {
  readonly columns: readonly { readonly name: string; readonly type: string; readonly why: string }[];
  readonly indexes: readonly { readonly name: string; readonly definition: string; readonly why: string }[];
  readonly engine: string;
  /** Why the engine, its order and its partitions. */
  readonly why: string;
}

const TEXT_INDEX = "TYPE text(tokenizer = ngrams(3), posting_list_codec = 'bitpacking')";
const TENANT = {
  name: "tenant_id",
  type: "LowCardinality(String)",
  why: "The organization: nothing is looked up without it",
};

const ID_WITHOUT_CASE = {
  name: "folded_id",
  type: "String CODEC(ZSTD(3))",
  why: "The id without the difference of case, for q. Empty: it is the id itself, as nearly always, so that no id is stored twice",
};

const DEFINITIONS: Readonly<Record<TableName, Definition>> = {
  events: {
    columns: COLUMNS,
    indexes: [
      {
        name: "description_text",
        definition: `description ${TEXT_INDEX}`,
        why: "Substring search reads only rows that hold every three-character piece of the needle",
      },
      {
        name: "positions",
        definition: "position TYPE minmax",
        why: "A live stream, or what is new since a review, reads only the rows recorded after a position",
      },
      { name: "sequences", definition: "sequence TYPE minmax", why: "The same for readers of one organization" },
      {
        name: "actors",
        definition: "actor TYPE minmax",
        why: "A needle that nobody's name holds leaves the decision to the index of descriptions",
      },
      {
        name: "resources",
        definition: "resource TYPE minmax",
        why: "The same, and one resource's rows are found fast: numbers grow with time, as rows do",
      },
      { name: "targets", definition: "targets TYPE minmax", why: "The same for targets" },
    ],
    engine: "MergeTree PARTITION BY toYYYYMM(timestamp) ORDER BY (tenant_id, timestamp, sequence)",
    why: "In the order of a page; by month, so that one range reads few parts",
  },
  actors: {
    columns: [
      TENANT,
      { name: "number", type: "UInt64", why: "What events name it by" },
      { name: "part", type: "LowCardinality(String)", why: "The actor, or whom they acted for" },
      { name: "id", type: "String CODEC(ZSTD(3))", why: "Filter and facet. Empty: absent" },
      ID_WITHOUT_CASE,
      {
        name: "others",
        type: "Array(String) CODEC(ZSTD(3))",
        why: "Name and e-mail without the difference of case, for q",
      },
    ],
    indexes: [],
    engine: "ReplacingMergeTree ORDER BY (tenant_id, number, part)",
    why: "By number, so that the rows of some events are found fast. A row that a crash made twice becomes one",
  },
  resources: {
    columns: [
      TENANT,
      { name: "number", type: "UInt64 CODEC(Delta, ZSTD(1))", why: "What events name it by" },
      { name: "place", type: "UInt16 CODEC(T64, ZSTD(1))", why: "Which one of several targets" },
      { name: "id", type: "String CODEC(ZSTD(3))", why: "Filter. Empty: absent" },
      ID_WITHOUT_CASE,
      { name: "others", type: "Array(String) CODEC(ZSTD(3))", why: "The name without the difference of case, for q" },
    ],
    indexes: [
      {
        name: "searched_text",
        definition: `${SEARCHED_TEXT} ${TEXT_INDEX}`,
        why: "Resources can be as many as events: substring search reads only rows that hold every piece of the needle",
      },
      {
        name: "ids",
        definition: "id TYPE bloom_filter(0.01)",
        why: "One id is found without reading all: the rows are in the order of numbers",
      },
    ],
    engine: "ReplacingMergeTree ORDER BY (tenant_id, number, place)",
    why: "By number, so that the rows of some events are found fast. A row that a crash made twice becomes one",
  },
  sightings: {
    columns: [
      TENANT,
      { name: "actor_id", type: "String CODEC(ZSTD(3))", why: "Who" },
      { name: "ip", type: "IPv6 CODEC(ZSTD(1))", why: "From where" },
      {
        name: "recorded_at",
        type: "SimpleAggregateFunction(min, DateTime64(3, 'UTC'))",
        why: "When the first event of the two was recorded",
      },
      {
        name: "happened_at",
        type: "SimpleAggregateFunction(min, DateTime64(3, 'UTC'))",
        why: "When that event happened: long before it was recorded, if it was imported",
      },
    ],
    indexes: [],
    engine: "AggregatingMergeTree ORDER BY (tenant_id, actor_id, ip)",
    why: "One row for each actor and address, the earliest, however often it was written",
  },
};

const SETTINGS = {
  /** A page of 51 costs a third less than at 8192, and 256 gains nothing more for four times the marks. */
  index_granularity: 1024,
  /** So many insert tokens are remembered: a batch that is sent again is not stored again. */
  non_replicated_deduplication_window: 1000,
  /** What an insert has answered survives power loss, so the position read back at start is never too high. */
  fsync_after_insert: 1,
  fsync_part_directory: 1,
};

/** The indexes of each table that make texts searchable by substring: building them is most of what an insert costs. */
export const TEXT_INDEXES: Readonly<Record<TableName, readonly string[]>> = {
  events: textIndexes("events"),
  actors: textIndexes("actors"),
  resources: textIndexes("resources"),
  sightings: textIndexes("sightings"),
};

function textIndexes(table: TableName): readonly string[] {
  return DEFINITIONS[table].indexes.filter(({ definition }) => definition.endsWith(TEXT_INDEX)).map(({ name }) => name);
}

export const TABLE_NAMES = Object.keys(DEFINITIONS) as readonly TableName[];

/** Changes with everything in the tables but the comments: tables with another one are dropped and read from the log again. */
export const SCHEMA_FINGERPRINT = createHash("sha256")
  .update(
    JSON.stringify([
      Object.entries(DEFINITIONS).map(([name, { columns, indexes, engine }]) => [
        name,
        columns.map((column) => [column.name, column.type]),
        indexes.map(({ definition }) => definition),
        engine,
      ]),
      SETTINGS,
      FOLDING,
    ]),
  )
  .digest("hex")
  .slice(0, 16);

/** Tables of their own for each log, so that logs that share a server never mix or drop each other's rows. @param logId a UUID. */
export function tablesOf(logId: string): Tables {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(logId)) throw new RangeError("a log's id must be a UUID");
  const suffix = logId.replaceAll("-", "").toLowerCase();
  return {
    events: `events_${suffix}`,
    actors: `actors_${suffix}`,
    resources: `resources_${suffix}`,
    sightings: `sightings_${suffix}`,
  };
}

/** Finds the tables of every log, by the name's beginning. */
export const ANY_TABLE = `match(name, '^(${TABLE_NAMES.join("|")})_[0-9a-f]{32}$')`;

/** @param cluster on whose servers the table is: rows of its own on each, and one over all of them by the name. Undefined: on one engine. */
export function createTable(table: TableName, name: string, cluster?: ClusterName): string[] {
  const { columns, indexes, engine, why } = DEFINITIONS[table];
  const lines = [
    ...columns.map((column) => `${column.name} ${withComment(column.type, column.why)}`),
    ...indexes.map((index) => `INDEX ${index.name} ${index.definition}`),
  ];
  const body = `(\n  ${lines.join(",\n  ")}\n)`;
  const comment = `COMMENT '${literal(tableComment(why, cluster))}'`;
  if (cluster === undefined) {
    return [
      `CREATE TABLE IF NOT EXISTS ${name} ${body} ENGINE = ${engine}\nSETTINGS ${settingsText(SETTINGS)} ${comment}`,
    ];
  }
  const { non_replicated_deduplication_window: replicated_deduplication_window, ...settings } = SETTINGS;
  const on = `ON CLUSTER '${cluster}'`;
  return [
    `CREATE TABLE IF NOT EXISTS ${localName(name)} ${on} ${body} ENGINE = ${replicated(engine)}\nSETTINGS ${settingsText({ ...settings, replicated_deduplication_window })} ${comment}`,
    `CREATE TABLE IF NOT EXISTS ${name} ${on} AS ${localName(name)} ENGINE = ${distributed(cluster, name)} ${comment}`,
  ];
}

export function dropTable(name: string, cluster?: ClusterName): string[] {
  if (cluster === undefined) return [`DROP TABLE IF EXISTS ${name} SYNC`];
  return [name, localName(name)].map((one) => `DROP TABLE IF EXISTS ${one} ON CLUSTER '${cluster}' SYNC`);
}

/** Builds the indexes of texts that rows lack. */
export function indexTexts(table: TableName, name: string, cluster?: ClusterName): string[] {
  const rows = cluster === undefined ? name : `${localName(name)} ON CLUSTER '${cluster}'`;
  return TEXT_INDEXES[table].map((index) => `ALTER TABLE ${rows} MATERIALIZE INDEX ${index}`);
}

function tableComment(why = "", cluster?: ClusterName): string {
  const where = cluster === undefined ? "" : `, on the cluster ${cluster}`;
  return `Derived from the log and dispensable; schema ${SCHEMA_FINGERPRINT}${where}. ${why}`.trimEnd();
}

/** Whether a table with this comment was made by this version, for the same cluster. */
export function isCurrent(comment: string, cluster?: ClusterName): boolean {
  return comment.startsWith(tableComment("", cluster));
}

function settingsText(settings: Readonly<Record<string, number>>): string {
  return Object.entries(settings)
    .map(([key, value]) => `${key} = ${value}`)
    .join(", ");
}

/** A comment is between a column's type and its codec. */
function withComment(type: string, why: string): string {
  const comment = ` COMMENT '${literal(why)}'`;
  return / CODEC/.test(type) ? type.replace(/ CODEC/, `${comment} CODEC`) : type + comment;
}

function literal(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("'", "\\'");
}
