import { eventJson } from "../event/codec.ts";
import { type Cell, COLUMNS, readRow } from "./columns.ts";
import { type Keyset, type Page, type Query, TOTAL_EXACT_MAX, type Total } from "./contract.ts";
import type { EventTable } from "./table.ts";
import type { Tenant } from "./tenant.ts";
import { byId, matching } from "./where.ts";

export const NEWEST_FIRST = "ORDER BY timestamp DESC, sequence DESC";

const ALL = COLUMNS.map((column) => column.name).join(", ");

/** @param limit at most this many; the engine is asked for one more, to know whether there is a next page. */
export async function readPage(table: EventTable, query: Query, limit: number, after?: Keyset): Promise<Page> {
  const cells = await table.rows<Cell[]>(
    table.select(ALL, matching(query, { after }), `${NEWEST_FIRST} LIMIT ${limit + 1}`),
  );
  const rows = cells.slice(0, limit).map(readRow);
  const last = rows.at(-1)?.event;
  return {
    events: rows.map(({ event, leafHash }) => eventJson(event, leafHash)),
    next: cells.length > limit && last ? { timestamp: Date.parse(last.timestamp), sequence: last.sequence } : undefined,
  };
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

export async function readEvent(
  table: EventTable,
  tenant: Tenant,
  id: string,
): Promise<{ json: string; position: number } | undefined> {
  const [cells] = await table.rows<Cell[]>(table.select(ALL, byId(tenant, id), "LIMIT 1"));
  if (!cells) return undefined;
  const { event, leafHash, position } = readRow(cells);
  return { json: eventJson(event, leafHash), position };
}
