import { formatAddress, parseAddress } from "@daybook/sdk/filters";
import type { StoredEvent } from "../event/index.ts";
import type { Query } from "../query/index.ts";
import type { Sighting } from "./contract.ts";
import type { EventTable } from "./table.ts";
import { matching, withParameters } from "./where.ts";

/** An address is new for a person who was not seen from there for this long. */
export const NEW_ADDRESS_MS = 90 * 24 * 3_600_000;

/** Everything of the organization that the reader can see. */
export const NO_FILTER = { selection: [], since: undefined } satisfies Partial<Query>;

/** The id of the actor of a row, of those that are asked about; no number without one is in the list. */
const ACTOR_NUMBERS =
  "SELECT number, id FROM {actors:Identifier} WHERE tenant_id = {tenant:String} AND part = 'actor' AND id IN {actor_ids:Array(String)} ORDER BY number";
const ACTOR = `transform(actor, (SELECT groupArray(number) FROM (${ACTOR_NUMBERS})), (SELECT groupArray(id) FROM (${ACTOR_NUMBERS})), '')`;
const PAIR = `concat(lower(hex(assumeNotNull(ip))), ' ', ${ACTOR})`;
const AT = "transform(pair, {pairs:Array(String)}, {times:Array(Int64)}, toInt64(0))";
const SEQUENCE = "transform(pair, {pairs:Array(String)}, {sequences:Array(UInt64)}, toUInt64(0))";

/** Whether this row comes before the sighting of its pair, and not too long before. */
const SEEN_BEFORE = `toUnixTimestamp64Milli(timestamp) >= ${AT} - ${NEW_ADDRESS_MS}
  AND (toUnixTimestamp64Milli(timestamp), sequence) < (${AT}, ${SEQUENCE})`;

/** From where an event's actor acted, if it tells both. */
export function sightingOf({
  id,
  timestamp,
  recorded_at,
  sequence,
  actor,
  context,
}: Pick<StoredEvent, "id" | "timestamp" | "recorded_at" | "sequence" | "actor" | "context">): Sighting[] {
  if (actor.id === undefined || actor.id === "" || context?.ip === undefined) return [];
  return [
    {
      id,
      timestamp: Date.parse(timestamp),
      recordedAt: Date.parse(recorded_at),
      sequence,
      actorId: actor.id,
      ip: context.ip,
    },
  ];
}

/** Who was seen where, the address however it was spelled. */
export function pairOf({ ip, actorId }: Sighting): string {
  return `${hexOf(ip)} ${actorId}`;
}

function hexOf(ip: string): string {
  return (parseAddress(ip) ?? 0n).toString(16).padStart(32, "0");
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
  const addresses = asked.map(({ ip }) => formatAddress(parseAddress(ip) ?? 0n));
  const where = matching(
    { ...query, ...range, ...NO_FILTER },
    {
      also: (bind) =>
        `actor IN (SELECT number FROM (${ACTOR_NUMBERS})) AND isNotNull(ip) AND assumeNotNull(ip) IN ${bind("Array(IPv6)", addresses)}`,
    },
  );
  const rows = await table.rows<[string, number]>({
    ...table.select(`${PAIR} AS pair, max(${SEEN_BEFORE})`, where, "GROUP BY pair"),
    where: withParameters(where, {
      actor_ids: [...new Set(asked.map(({ actorId }) => actorId))],
      pairs: asked.map(pairOf),
      times: asked.map(({ timestamp }) => timestamp),
      sequences: asked.map(({ sequence }) => sequence),
    }),
  });
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
