import { setImmediate } from "node:timers/promises";
import { eventJson } from "../event/codec.ts";
import type { ExportChunk, ExportOptions, Keyset, Query } from "./contract.ts";
import { BYTE_ORDER_MARK, CSV_HEADER, CSV_SETTINGS, csvSelection, lastKeyset } from "./csv.ts";
import { NEWEST_FIRST, readRows } from "./page.ts";
import { readAhead, scan } from "./scan.ts";
import type { EventTable } from "./table.ts";
import { matching } from "./where.ts";

/** Rows a statement is asked for, at most. Above 10,000 the engine reads whole rows before it filters them, several times the work. */
const CSV_CHUNK_ROWS = 10_000;
const NDJSON_CHUNK_ROWS = 5_000;
/** Bytes of entries a statement is asked for, at most, unless one entry alone is longer. As CSV they may be somewhat more. */
const CHUNK_BYTES = 12 * 1024 * 1024;
/** Events that are written before other work of the process gets its turn. */
const NDJSON_SLICE_ROWS = 200;

const NO_ROWS: ExportChunk = { bytes: new Uint8Array(), rows: 0 };

/**
 * Every match, newest first, as many bounded statements one after the other: nothing is held open in the engine while a slow
 * reader takes its time, and memory holds one chunk that is being written and one that is being read.
 */
export async function* exportEvents(
  table: EventTable,
  query: Query,
  options: ExportOptions,
  signal: AbortSignal,
): AsyncGenerator<ExportChunk> {
  for await (const chunk of options.format === "csv" ? csv(table, query, options) : ndjson(table, query)) {
    signal.throwIfAborted();
    yield chunk;
    signal.throwIfAborted();
  }
}

async function* csv(
  table: EventTable,
  query: Query,
  { bom = false, raw = false }: ExportOptions,
): AsyncGenerator<ExportChunk> {
  // Kept until the first chunk was read: a store that does not answer is then told before anything was written.
  let header: Uint8Array | undefined = Buffer.from((bom ? BYTE_ORDER_MARK : "") + CSV_HEADER, "utf8");
  const selection = csvSelection(raw);
  const chunks = scan(query, undefined, async (part, after) => {
    const limit = await rowsThatFit(table, part, after, CSV_CHUNK_ROWS);
    if (limit === 0) return { rows: NO_ROWS, last: undefined, more: false };
    const statement = table.select(selection, matching(part, { after }), `${NEWEST_FIRST} LIMIT ${limit}`);
    const bytes = await table.bytes(statement, "CSV", CSV_SETTINGS);
    return { rows: { bytes, rows: limit }, last: lastKeyset(bytes), more: true };
  });
  for await (const { rows } of readAhead(chunks)) {
    if (header) yield { bytes: header, rows: 0 };
    header = undefined;
    yield rows;
  }
  if (header) yield { bytes: header, rows: 0 };
}

async function* ndjson(table: EventTable, query: Query): AsyncGenerator<ExportChunk> {
  const chunks = scan(query, undefined, async (part, after) =>
    readRows(table, part, await rowsThatFit(table, part, after, NDJSON_CHUNK_ROWS), after),
  );
  for await (const { rows } of readAhead(chunks)) {
    for (let i = 0; i < rows.length; i += NDJSON_SLICE_ROWS) {
      const lines = rows
        .slice(i, i + NDJSON_SLICE_ROWS)
        .map(({ event, leafHash }) => `${eventJson(event, leafHash)}\n`);
      yield { bytes: Buffer.from(lines.join(""), "utf8"), rows: lines.length };
      await setImmediate();
    }
  }
}

/** How many of the next rows one chunk may hold: 0 when there are none, and never 0 because the first is long. */
async function rowsThatFit(
  table: EventTable,
  part: Query,
  after: Keyset | undefined,
  rowsMax: number,
): Promise<number> {
  const next = table.select("entry_bytes", matching(part, { after }), `${NEWEST_FIRST} LIMIT ${rowsMax}`);
  const sums = `SELECT sum(entry_bytes) OVER (ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS bytes FROM (${next.sql})`;
  const [row] = await table.rows<[number, number]>({
    sql: `SELECT count(), countIf(bytes <= ${CHUNK_BYTES}) FROM (${sums})`,
    where: next.where,
  });
  const [count, fitting] = row ?? [0, 0];
  return Math.max(fitting, Math.min(count, 1));
}
