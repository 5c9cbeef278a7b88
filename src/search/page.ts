import { eventJson } from "../event/codec.ts";
import { type Cell, COLUMNS, readRow, type StoredRow } from "./columns.ts";
import { type Keyset, type Page, type Query, TOTAL_EXACT_MAX, type Total } from "./contract.ts";
import { NO_FILTER } from "./new-addresses.ts";
import { type Found, scan } from "./scan.ts";
import type { EventTable } from "./table.ts";
import { matching } from "./where.ts";

export const NEWEST_FIRST = "ORDER BY timestamp DESC, sequence DESC";

const ALL = COLUMNS.map((column) => column.name).join(", ");

export async function readPage(table: EventTable, query: Query, limit: number, from?: Keyset): Promise<Page> {
  // One more than asked for, to know whether there is a next page.
  const rows: StoredRow[] = [];
  for await (const found of scan(query, from, (part, after) => readRows(table, part, limit + 1 - rows.length, after))) {
    rows.push(...found.rows);
    if (rows.length > limit) break;
  }
  const events = rows.slice(0, limit);
  return {
    events: events.map(({ event, leafHash }) => eventJson(event, leafHash)),
    next: rows.length > limit ? keysetOf(events) : undefined,
  };
}

/** Up to `limit` whole rows of a part of a query's range, newest first. */
export async function readRows(
  table: EventTable,
  part: Query,
  limit: number,
  after: Keyset | undefined,
): Promise<Found<StoredRow[]>> {
  const cells = await table.rows<Cell[]>(
    table.select(ALL, matching(part, { after }), `${NEWEST_FIRST} LIMIT ${limit}`),
  );
  const rows = cells.map(readRow);
  return { rows, last: keysetOf(rows), more: limit > 0 && rows.length === limit };
}

function keysetOf(rows: readonly StoredRow[]): Keyset | undefined {
  const last = rows.at(-1)?.event;
  return last && { timestamp: Date.parse(last.timestamp), sequence: last.sequence };
}

/** Stops counting one past what is counted exactly. */
export async function readTotal(table: EventTable, query: Query): Promise<Total> {
  const some = table.select("1", matching(query), `LIMIT ${TOTAL_EXACT_MAX + 1}`);
  const [row] = await table.rows<[number]>({ sql: `SELECT count() FROM (${some.sql})`, where: some.where });
  const value = row?.[0] ?? 0;
  return value > TOTAL_EXACT_MAX ? { value: TOTAL_EXACT_MAX, relation: "gte" } : { value, relation: "eq" };
}

export async function readCount(table: EventTable, query: Query): Promise<number> {
  const [row] = await table.rows<[number]>(table.select("count()", matching(query)));
  return row?.[0] ?? 0;
}

export async function readIncludes(table: EventTable, query: Query, id: string): Promise<boolean> {
  const [row] = await table.rows<[number]>(table.select("count()", matching(query, { id })));
  return (row?.[0] ?? 0) > 0;
}

export async function readRecordedThrough(table: EventTable, query: Query): Promise<number | undefined> {
  const everything = matching({ ...query, ...NO_FILTER, start: 0, end: undefined });
  const [row] = await table.rows<[number | null]>(
    table.select("maxOrNull(toUnixTimestamp64Milli(recorded_at))", everything),
  );
  return row?.[0] ?? undefined;
}
