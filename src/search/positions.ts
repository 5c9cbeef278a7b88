import type { Query } from "../query/index.ts";
import { type Keyset, type Place, type Places, TOTAL_EXACT_MAX } from "./contract.ts";
import { totalOf } from "./counts.ts";
import { type Found, nearestMonthsFirst, readAhead } from "./nearest-months.ts";
import { PlaceList } from "./place-list.ts";
import type { EventTable } from "./table.ts";
import { matching } from "./where.ts";

const ORDER = {
  desc: "ORDER BY timestamp DESC, sequence DESC",
  asc: "ORDER BY timestamp, sequence",
} as const;
const PLACE = ["toUnixTimestamp64Milli(timestamp)", "sequence", "position"];

/** Places that one statement gives, at most. */
const CHUNK = 20_000;
/** The first chunk is short, so that a reader gets a first answer soon. */
const FIRST_CHUNK = 1_000;

export async function readPositions(table: EventTable, query: Query, limit: number, from?: Keyset): Promise<Places> {
  if (from === undefined) return readFirst(table, query, limit);
  // One more than asked for, to know whether others follow.
  const places: Place[] = [];
  for await (const { rows } of nearestMonthsFirst(query, from, (part, after) =>
    readPart(table, part, limit + 1 - places.length, after),
  )) {
    places.push(...rows.first());
    if (places.length > limit) break;
  }
  return { ...upTo(limit, places), total: undefined };
}

/**
 * The first places, and how many there are. Planning a statement takes longer than reading ten thousand places, so the places are read as far as
 * they are counted, and no statement of its own counts them.
 */
async function readFirst(table: EventTable, query: Query, limit: number): Promise<Places> {
  const most = Math.max(TOTAL_EXACT_MAX, limit) + 1;
  const places: Place[] = [];
  let count = 0;
  const chunks = nearestMonthsFirst(query, undefined, async (part, after): Promise<Found<number>> => {
    const asked = most - count;
    const { rows, last, more } = await readPart(table, part, asked, after);
    places.push(...rows.first(limit + 1 - places.length));
    return { rows: rows.count, last, more };
  });
  for await (const { rows } of chunks) {
    count += rows;
    if (count === most) break;
  }
  return { ...upTo(limit, places), total: totalOf(count) };
}

function upTo(limit: number, places: readonly Place[]): Omit<Places, "total"> {
  const kept = places.slice(0, limit);
  return { places: kept, next: places.length > limit ? keysetOf(kept.at(-1)) : undefined };
}

/** As many bounded statements one after the other: nothing is held open in the engine while a slow reader takes its time. */
export async function* scanPositions(table: EventTable, query: Query, signal: AbortSignal): AsyncGenerator<PlaceList> {
  let limit = FIRST_CHUNK;
  const chunks = nearestMonthsFirst(query, undefined, (part, after) => {
    const asked = limit;
    limit = CHUNK;
    return readPart(table, part, asked, after);
  });
  for await (const { rows } of readAhead(chunks)) {
    signal.throwIfAborted();
    yield rows;
    signal.throwIfAborted();
  }
}

export async function readRecorded(table: EventTable, query: Query, limit: number): Promise<readonly Place[]> {
  return (await read(table, query, `ORDER BY ${query.asOf.by} LIMIT ${limit}`, undefined)).first();
}

/** Up to `limit` places of a part of a query's range, in its order. */
async function readPart(
  table: EventTable,
  part: Query,
  limit: number,
  after: Keyset | undefined,
): Promise<Found<PlaceList>> {
  const rows = await read(table, part, `${ORDER[part.order]} LIMIT ${limit}`, after);
  return { rows, last: keysetOf(rows.last), more: rows.count === limit };
}

async function read(table: EventTable, query: Query, rest: string, after: Keyset | undefined): Promise<PlaceList> {
  return new PlaceList(await table.numbers(PLACE, matching(query, { after }), rest));
}

function keysetOf(place: Place | undefined): Keyset | undefined {
  return place && { timestamp: place.timestamp, sequence: place.sequence };
}
