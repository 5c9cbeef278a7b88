import type { Histogram, Query } from "./contract.ts";
import type { EventTable } from "./table.ts";
import { matching } from "./where.ts";

/** Counts a bucket and family; buckets are of equal length, the last may reach past the query's end. */
export async function readHistogram(table: EventTable, query: Query, bucketsMax: number): Promise<Histogram> {
  const end = query.end ?? (await openEnd(table, query));
  const length = Math.max(0, end - query.start);
  const intervalMs = Math.max(1, Math.ceil(length / bucketsMax));
  const where = matching(query);
  const { sql } = table.select(
    "intDiv(toUnixTimestamp64Milli(timestamp) - {start:Int64}, {interval:Int64}) AS bucket, substringIndex(action, '.', 1) AS family, count()",
    where,
    "GROUP BY bucket, family ORDER BY bucket, family",
  );
  const rows = await table.rows<[number, string, number]>({
    sql,
    where: { ...where, parameters: { ...where.parameters, interval: intervalMs } },
  });
  const buckets = Array.from({ length: Math.ceil(length / intervalMs) }, (_, i) => ({
    start: query.start + i * intervalMs,
    counts: {} as Record<string, number>,
  }));
  for (const [bucket, family, count] of rows) {
    const counts = buckets[bucket]?.counts;
    if (!counts) throw new RangeError("the engine counted an event outside of its query's range");
    counts[family] = count;
  }
  return { intervalMs, buckets };
}

/** An open range ends with the present, or with its newest match where a clock was ahead. Exclusive, like any end. */
async function openEnd(table: EventTable, query: Query): Promise<number> {
  const [row] = await table.rows<[number]>(table.select("toUnixTimestamp64Milli(max(timestamp))", matching(query)));
  return Math.max(query.now, (row?.[0] ?? 0) + 1);
}
