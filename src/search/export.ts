import { setImmediate } from "node:timers/promises";
import { eventJson } from "../event/codec.ts";
import { type Cell, COLUMNS, EXPORT_COLUMNS, readRow } from "./columns.ts";
import type { ExportOptions, Keyset, Query } from "./contract.ts";
import { BYTE_ORDER_MARK, CSV_HEADER, CSV_SETTINGS, csvSelection, lastRecord } from "./csv.ts";
import { NEWEST_FIRST } from "./page.ts";
import type { EventTable } from "./table.ts";
import { matching } from "./where.ts";

/** Rows a statement is asked for. */
const CSV_CHUNK_ROWS = 10_000;
const NDJSON_CHUNK_ROWS = 2_000;
/** Events that are written before other work of the process gets its turn. */
const NDJSON_SLICE_ROWS = 200;

/**
 * Every match, newest first, as many bounded statements one after the other: nothing is held open in the engine while a slow
 * reader takes its time, and memory holds one chunk that is being written and one that is being read.
 */
export function exportEvents(
  table: EventTable,
  query: Query,
  options: ExportOptions,
  signal: AbortSignal,
): AsyncIterable<Uint8Array> {
  return options.format === "csv" ? csv(table, query, options, signal) : ndjson(table, query, signal);
}

async function* csv(
  table: EventTable,
  query: Query,
  { bom = false, raw = false }: ExportOptions,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  yield Buffer.from((bom ? BYTE_ORDER_MARK : "") + CSV_HEADER, "utf8");
  const selection = csvSelection(raw);
  const timestamp = EXPORT_COLUMNS.findIndex((column) => column.name === "timestamp");
  const sequence = EXPORT_COLUMNS.findIndex((column) => column.name === "sequence");
  const read = (after?: Keyset) =>
    table.bytes(
      table.select(selection, matching(query, { after }), `${NEWEST_FIRST} LIMIT ${CSV_CHUNK_ROWS}`),
      "CSV",
      CSV_SETTINGS,
    );
  let next: Promise<Uint8Array> | undefined = read();
  while (next) {
    const chunk: Uint8Array = await next;
    signal.throwIfAborted();
    if (chunk.length === 0) return;
    const last = lastRecord(chunk);
    next = read({ timestamp: Date.parse(last[timestamp] ?? ""), sequence: Number(last[sequence]) });
    next.catch(() => undefined);
    yield chunk;
    signal.throwIfAborted();
  }
}

async function* ndjson(table: EventTable, query: Query, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const columns = COLUMNS.map((column) => column.name).join(", ");
  let after: Keyset | undefined;
  for (;;) {
    const cells: Cell[][] = await table.rows<Cell[]>(
      table.select(columns, matching(query, { after }), `${NEWEST_FIRST} LIMIT ${NDJSON_CHUNK_ROWS}`),
    );
    for (let i = 0; i < cells.length; i += NDJSON_SLICE_ROWS) {
      signal.throwIfAborted();
      const rows = cells.slice(i, i + NDJSON_SLICE_ROWS).map(readRow);
      const last = rows.at(-1)?.event;
      if (last) after = { timestamp: Date.parse(last.timestamp), sequence: last.sequence };
      yield Buffer.from(rows.map(({ event, leafHash }) => `${eventJson(event, leafHash)}\n`).join(""), "utf8");
      await setImmediate();
    }
    signal.throwIfAborted();
    if (cells.length < NDJSON_CHUNK_ROWS) return;
  }
}
