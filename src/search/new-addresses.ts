import type { StoredEvent } from "../event/stored.ts";
import { NOTHING_EXCLUDED, type Query, type Selection, type Sighting } from "./contract.ts";
import type { EventTable } from "./table.ts";
import { matching } from "./where.ts";

/** An address is new for a person who was not seen from there for this long. */
export const NEW_ADDRESS_MS = 90 * 24 * 3_600_000;

/** The places, among those asked about, of sightings that this row comes before. */
const SEEN_BEFORE = `arrayJoin(arrayFilter(
  (place, actor, address, at, seq) -> assumeNotNull(actor_id) = actor AND assumeNotNull(ip) = address
    AND toUnixTimestamp64Milli(timestamp) >= at - ${NEW_ADDRESS_MS}
    AND (toUnixTimestamp64Milli(timestamp), sequence) < (at, seq),
  {places:Array(UInt32)}, {actors:Array(String)}, {addresses:Array(String)}, {times:Array(Int64)}, {sequences:Array(UInt64)}))`;

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
  const asked = earliestOfStretches(sightings);
  const [newest] = asked;
  const oldest = asked.at(-1);
  if (newest === undefined || oldest === undefined) return new Set();
  const range = { start: oldest.timestamp - NEW_ADDRESS_MS, end: newest.timestamp + 1 };
  const rows = await table.rows<[number]>(
    table.select(`DISTINCT ${SEEN_BEFORE}`, matching({ ...query, ...range, ...NO_FILTER }, { sightings: asked })),
  );
  const seen = new Set(rows.map(([place]) => place));
  return new Set(asked.filter((_, place) => !seen.has(place)).map(({ id }) => id));
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

/** Whose sighting it is, and where. */
export function pairOf({ actorId, ip }: Sighting): string {
  return JSON.stringify([actorId, ip]);
}
