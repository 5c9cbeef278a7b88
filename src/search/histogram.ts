import type { Query } from "../query/index.ts";
import type { Histogram } from "./contract.ts";
import type { EventTable } from "./table.ts";
import { matching, withParameters } from "./where.ts";

/** [bucket, family, count, failures among them, newest match in it in ms since the Unix epoch] */
type Row = [number, string, number, number, number];

/**
 * Counts a bucket and family; buckets are of equal length, the last may reach past the query's end. An open range ends with the
 * present, or with its newest match where a clock was ahead of ours.
 */
export async function readHistogram(table: EventTable, query: Query, bucketsMax: number): Promise<Histogram> {
  const end = query.end ?? Math.max(query.now, query.start);
  const histogram = await count(table, query, end, bucketsMax);
  if (histogram.newest < end) return histogram;
  return count(table, query, histogram.newest + 1, bucketsMax);
}

async function count(
  table: EventTable,
  query: Query,
  end: number,
  bucketsMax: number,
): Promise<Histogram & { newest: number }> {
  const length = Math.max(0, end - query.start);
  const intervalMs = Math.max(1, Math.ceil(length / bucketsMax));
  const where = matching(query);
  const { sql } = table.select(
    "intDiv(toUnixTimestamp64Milli(timestamp) - {start:Int64}, {interval:Int64}) AS bucket, substringIndex(action, '.', 1) AS family, count(), countIf(outcome IN ('failure', 'denied')), toUnixTimestamp64Milli(max(timestamp))",
    where,
    "GROUP BY bucket, family ORDER BY bucket, family",
  );
  const rows = await table.rows<Row>({
    sql,
    where: withParameters(where, { interval: intervalMs }),
  });
  const buckets = Array.from({ length: Math.ceil(length / intervalMs) }, (_, i) => ({
    start: query.start + i * intervalMs,
    // Without a prototype: a family may be called __proto__.
    counts: Object.create(null) as Record<string, number>,
    failures: 0,
  }));
  let newest = Number.NEGATIVE_INFINITY;
  for (const [at, family, matches, failures, last] of rows) {
    newest = Math.max(newest, last);
    const bucket = buckets[at];
    if (bucket === undefined) continue;
    bucket.counts[family] = matches;
    bucket.failures += failures;
  }
  return { intervalMs, buckets, newest };
}
