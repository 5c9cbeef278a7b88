import type { Query } from "../query/index.ts";
import { TOTAL_EXACT_MAX, type Total } from "./contract.ts";
import { NO_FILTER } from "./new-addresses.ts";
import type { EventTable } from "./table.ts";
import { matching } from "./where.ts";

/** Stops counting one past what is counted exactly. */
export async function readTotal(table: EventTable, query: Query): Promise<Total> {
  const some = table.select("1", matching(query), `LIMIT ${TOTAL_EXACT_MAX + 1}`);
  const [row] = await table.rows<[number]>({ sql: `SELECT count() FROM (${some.sql})`, where: some.where });
  return totalOf(row?.[0] ?? 0);
}

/** @param value what was counted, up to one more than is counted exactly. */
export function totalOf(value: number): Total {
  return value > TOTAL_EXACT_MAX ? { value: TOTAL_EXACT_MAX, relation: "gte" } : { value, relation: "eq" };
}

export async function readCount(table: EventTable, query: Query): Promise<number> {
  const [row] = await table.rows<[number]>(table.select("count()", matching(query)));
  return row?.[0] ?? 0;
}

export async function readRecordedThrough(table: EventTable, query: Query): Promise<number | undefined> {
  const everything = matching({ ...query, ...NO_FILTER, start: 0, end: undefined });
  const [row] = await table.rows<[number | null]>(
    table.select("maxOrNull(toUnixTimestamp64Milli(recorded_at))", everything),
  );
  return row?.[0] ?? undefined;
}
