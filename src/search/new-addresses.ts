import type { StoredEvent } from "../event/stored.ts";
import { NOTHING_EXCLUDED, type Query, type Selection, type Sighting } from "./contract.ts";
import type { EventTable } from "./table.ts";
import { matching, pairOf, SIGHTING_PAIR } from "./where.ts";

/** An address is new for a person who was not seen from there for this long. */
export const NEW_ADDRESS_MS = 90 * 24 * 3_600_000;

const AT = "transform(pair, {pairs:Array(String)}, {times:Array(Int64)}, toInt64(0))";
const SEQUENCE = "transform(pair, {pairs:Array(String)}, {sequences:Array(UInt64)}, toUInt64(0))";

/** Whether this row comes before the sighting of its pair, and not too long before. */
const SEEN_BEFORE = `toUnixTimestamp64Milli(timestamp) >= ${AT} - ${NEW_ADDRESS_MS}
  AND (toUnixTimestamp64Milli(timestamp), sequence) < (${AT}, ${SEQUENCE})`;

/** From where an event's actor acted, if it tells both. */
export function sightingOf({
  id,
  timestamp,
  sequence,
  actor,
  context,
}: Pick<StoredEvent, "id" | "timestamp" | "sequence" | "actor" | "context">): Sighting[] {
  if (actor.id === undefined || context?.ip === undefined) return [];
  return [{ id, timestamp: Date.parse(timestamp), sequence, actorId: actor.id, ip: context.ip }];
}

/**
 * Which of these show an actor at an address from which they were not seen in the 90 days before. The query's filters play no part: what
 * they hide was seen all the same. What a fixed filter hides was not, as its reader must not learn of it.
 *
 * @param sightings newest first. @returns the ids of those that are new.
 */
export async function newAddresses(
  table: EventTable,
  query: Query,
  sightings: readonly Sighting[],
): Promise<ReadonlySet<string>> {
  const fresh = new Set<string>();
  for (const asked of oneOfEachPair(earliestOfStretches(sightings))) {
    for (const { id } of await newAmong(table, query, asked)) fresh.add(id);
  }
  return fresh;
}

/** @param asked newest first, no two of the same pair. */
async function newAmong(table: EventTable, query: Query, asked: readonly Sighting[]): Promise<readonly Sighting[]> {
  const [newest] = asked;
  const oldest = asked.at(-1);
  if (newest === undefined || oldest === undefined) return [];
  const range = { start: oldest.timestamp - NEW_ADDRESS_MS, end: newest.timestamp + 1 };
  const where = matching({ ...query, ...range, ...NO_FILTER }, { sightings: asked });
  const rows = await table.rows<[string, number]>(
    table.select(`${SIGHTING_PAIR} AS pair, max(${SEEN_BEFORE})`, where, "GROUP BY pair"),
  );
  const seen = new Set(rows.filter(([, before]) => before === 1).map(([pair]) => pair));
  return asked.filter((sighting) => !seen.has(pairOf(sighting)));
}

/** In as few lists as hold each pair once: in one, but for pairs that were seen again after so long that they are new once more. */
function oneOfEachPair(sightings: readonly Sighting[]): readonly Sighting[][] {
  const lists: Sighting[][] = [];
  const times = new Map<string, number>();
  for (const sighting of sightings) {
    const pair = pairOf(sighting);
    const place = times.get(pair) ?? 0;
    times.set(pair, place + 1);
    const list = lists[place];
    if (list === undefined) lists.push([sighting]);
    else list.push(sighting);
  }
  return lists;
}

/** Everything of the organization that the reader may see. */
export const NO_FILTER = {
  actions: { include: [], exclude: [] },
  resourceType: undefined,
  resourceId: undefined,
  q: undefined,
  actorId: undefined,
  role: undefined,
  ip: undefined,
  outcomes: [],
  requestId: undefined,
  sessionId: undefined,
  not: NOTHING_EXCLUDED,
  since: undefined,
} satisfies Selection & Pick<Query, "since">;

/** Those that have none of the same actor and address before them right here; only for them the rest has to be looked at. */
function earliestOfStretches(sightings: readonly Sighting[]): Sighting[] {
  const later = new Map<string, Sighting>();
  const earliest = new Set<Sighting>(sightings);
  for (const sighting of sightings) {
    const pair = pairOf(sighting);
    const next = later.get(pair);
    if (next !== undefined && next.timestamp - sighting.timestamp <= NEW_ADDRESS_MS) earliest.delete(next);
    later.set(pair, sighting);
  }
  return [...earliest];
}
