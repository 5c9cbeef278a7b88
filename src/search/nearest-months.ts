import type { Query } from "../query/index.ts";
import type { Keyset } from "./contract.ts";

/**
 * The months nearest to the first match, first. A table in order of time is many sorted parts, several a month, and whoever
 * asks for the newest rows of ten years makes the engine begin to read every one of them.
 */
const WINDOW_MS = 31 * 24 * 3_600_000;
/** After a window that held little, the next is this many times as long: an empty decade costs five statements. */
const WINDOW_GROWTH = 8;

/** What one bounded statement found. */
export interface Found<Rows> {
  readonly rows: Rows;
  /** The last row's place, or undefined when there was none. */
  readonly last: Keyset | undefined;
  /** False when the statement certainly left nothing behind. */
  readonly more: boolean;
}

/**
 * Reads the matches of a query in its order, in as many statements as it takes. What is found is a prefix of the order whenever
 * the reader stops.
 *
 * @param read one statement over the given part of the query's range, after a place in it.
 */
export async function* nearestMonthsFirst<Rows>(
  query: Query,
  from: Keyset | undefined,
  read: (part: Query, after: Keyset | undefined) => Promise<Found<Rows>>,
): AsyncGenerator<Found<Rows>> {
  let span = WINDOW_MS;
  let rest = query;
  let after = from;
  for (let full = 0; ; ) {
    const { part, left } = split(rest, after, span);
    const found = await read(part, after);
    if (found.last) yield found;
    if (found.more && found.last) {
      after = found.last;
      full++;
      continue;
    }
    if (left === undefined) return;
    rest = left;
    after = undefined;
    span = full > 1 ? WINDOW_MS : span * WINDOW_GROWTH;
    full = 0;
  }
}

/** The part of a range that comes first in the order, and what is left of the range after it, if anything. */
function split(query: Query, after: Keyset | undefined, span: number): { part: Query; left: Query | undefined } {
  if (query.order === "desc") {
    const start = Math.max(query.start, (after?.timestamp ?? query.end ?? query.now) - span);
    return { part: { ...query, start }, left: start <= query.start ? undefined : { ...query, end: start } };
  }
  const end = Math.max(query.start, after?.timestamp ?? query.start) + span;
  // With an open end the last part is open too: a clock can be ahead.
  if (end >= (query.end ?? query.now)) return { part: query, left: undefined };
  return { part: { ...query, end }, left: { ...query, start: end } };
}

/** Has the next step under way while the present one is being used. */
export async function* readAhead<T>(source: AsyncGenerator<T>): AsyncGenerator<T> {
  try {
    for (let next = source.next(); ; ) {
      const { done, value } = await next;
      if (done) return;
      next = source.next();
      // Awaited in the next round; this one's reader may leave before.
      next.catch(() => undefined);
      yield value;
    }
  } finally {
    await source.return(undefined);
  }
}
