import { createHash } from "node:crypto";
import { COLUMNS } from "./columns.ts";

/** What `q` looks into: description and resource id, case folded as Unicode has it, with a line end between the two. */
export const SEARCHED_TEXT = "caseFoldUTF8(concat(ifNull(description, ''), '\\n', ifNull(resource_id, '')))";

/** A column the engine works out, so that it cannot disagree with the one it comes from. */
interface DerivedColumn {
  readonly name: string;
  readonly definition: string;
  readonly why: string;
}

const DERIVED: readonly DerivedColumn[] = [
  {
    name: "ip_address",
    definition: "Nullable(IPv6) MATERIALIZED toIPv6OrNull(ip) CODEC(ZSTD(1))",
    why: "Filter by address or range: an IPv4 address is its IPv4-mapped IPv6 address, decided once, here",
  },
];

interface Index {
  readonly name: string;
  readonly definition: string;
  readonly why: string;
}

const INDEXES: readonly Index[] = [
  {
    name: "searched_text",
    definition: `${SEARCHED_TEXT} TYPE text(tokenizer = ngrams(3))`,
    why: "Substring search reads only rows that hold every three-character piece of the needle",
  },
  {
    name: "positions",
    definition: "position TYPE minmax",
    why: "A live stream, or what is new since a review, reads only the rows recorded after a position",
  },
];

const SETTINGS = {
  /** A page of 51 whole rows costs 13 ms of CPU; 20 ms at 8192, and 256 gains nothing more for four times the marks. */
  index_granularity: 1024,
  /** So many insert tokens are remembered: a batch that is sent again is not stored again. */
  non_replicated_deduplication_window: 1000,
  /** What an insert has answered survives power loss, so the position read back at start is never too high. */
  fsync_after_insert: 1,
  fsync_part_directory: 1,
};

const BODY = [
  ...COLUMNS.map(({ name, type, why }) => [`${name} ${type}`, why] as const),
  ...DERIVED.map(({ name, definition, why }) => [`${name} ${definition}`, why] as const),
];

const ENGINE = `ENGINE = MergeTree PARTITION BY toYYYYMM(timestamp) ORDER BY (tenant_id, timestamp, sequence)`;

/** Changes with everything in the table but the comments: a table with another one is dropped and read from the log again. */
export const SCHEMA_FINGERPRINT = createHash("sha256")
  .update(JSON.stringify([BODY.map(([definition]) => definition), INDEXES.map((i) => i.definition), ENGINE, SETTINGS]))
  .digest("hex")
  .slice(0, 16);

/** One table a log, so that logs that share a server never mix or drop each other's rows. @param logId a UUID. */
export function tableName(logId: string): string {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(logId)) throw new RangeError("a log's id must be a UUID");
  return `events_${logId.replaceAll("-", "").toLowerCase()}`;
}

export function createTable(name: string): string {
  const lines = [
    ...BODY.map(([definition, why]) => `${definition.replace(/ CODEC/, ` COMMENT '${literal(why)}' CODEC`)}`),
    ...INDEXES.map((index) => `INDEX ${index.name} ${index.definition}`),
  ];
  const settings = Object.entries(SETTINGS).map(([key, value]) => `${key} = ${value}`);
  return `CREATE TABLE IF NOT EXISTS ${name} (\n  ${lines.join(",\n  ")}\n) ${ENGINE}
SETTINGS ${settings.join(", ")} COMMENT '${tableComment()}'`;
}

export function tableComment(): string {
  return `Events, derived from the log and dispensable; schema ${SCHEMA_FINGERPRINT}`;
}

function literal(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("'", "\\'");
}
