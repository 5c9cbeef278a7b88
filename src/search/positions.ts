import type { Keyset, Place, Places, Query } from "./contract.ts";
import { type Found, readAhead, scan } from "./scan.ts";
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
  // One more than asked for, to know whether others follow.
  const places: Place[] = [];
  for await (const { rows } of scan(query, from, (part, after) =>
    readPart(table, part, limit + 1 - places.length, after),
  )) {
    places.push(...rows);
    if (places.length > limit) break;
  }
  const kept = places.slice(0, limit);
  return { places: kept, next: places.length > limit ? keysetOf(kept) : undefined };
}

/** As many bounded statements one after the other: nothing is held open in the engine while a slow reader takes its time. */
export async function* scanPositions(
  table: EventTable,
  query: Query,
  signal: AbortSignal,
): AsyncGenerator<readonly Place[]> {
  let limit = FIRST_CHUNK;
  const chunks = scan(query, undefined, (part, after) => {
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
  return read(table, query, `ORDER BY ${query.asOf.by} LIMIT ${limit}`, undefined);
}

/** Up to `limit` places of a part of a query's range, in its order. */
async function readPart(
  table: EventTable,
  part: Query,
  limit: number,
  after: Keyset | undefined,
): Promise<Found<readonly Place[]>> {
  const rows = await read(table, part, `${ORDER[part.order]} LIMIT ${limit}`, after);
  return { rows, last: keysetOf(rows), more: rows.length === limit };
}

async function read(table: EventTable, query: Query, rest: string, after: Keyset | undefined): Promise<Place[]> {
  const numbers = await table.numbers(PLACE, matching(query, { after }), rest);
  const places: Place[] = [];
  for (let at = 0; at < numbers.length; at += PLACE.length) {
    const [timestamp, sequence, position] = [numbers[at], numbers[at + 1], numbers[at + 2]] as [number, number, number];
    places.push({ timestamp, sequence, position });
  }
  return places;
}

function keysetOf(places: readonly Place[]): Keyset | undefined {
  const last = places.at(-1);
  return last && { timestamp: last.timestamp, sequence: last.sequence };
}
