import { formatAddress, parseAddress } from "@daybook/sdk/filters";
import type { Query } from "../query/index.ts";
import type { Sighting } from "./contract.ts";
import { FIRST_SEEN_MS, type SightingTimes } from "./first-seen.ts";
import { pairOf } from "./new-addresses.ts";
import type { EventTable } from "./table.ts";
import { matching, withParameters } from "./where.ts";

/** By the keys of `pairOf`. */
const FIRST_TIMES = `SELECT concat(lower(hex(ip)), ' ', actor_id), toUnixTimestamp64Milli(min(recorded_at)), toUnixTimestamp64Milli(min(happened_at)) FROM {sightings:Identifier}
  WHERE tenant_id = {tenant:String} AND (actor_id, ip) IN (SELECT arrayJoin(arrayZip({actor_ids:Array(String)}, {ips:Array(IPv6)})))
  GROUP BY actor_id, ip`;

/**
 * When the actor was first recorded at the address, of those events that `first_seen=true` finds and that show something new: by their ids, in
 * milliseconds since the Unix epoch. What was imported shows nothing new: whoever was there a day before the first record of it was there before.
 * Empty for whoever reads with a fixed filter: the first event can be one that it hides.
 */
export async function firstSightings(
  table: EventTable,
  query: Query,
  sightings: readonly Sighting[],
): Promise<ReadonlyMap<string, number>> {
  if (sightings.length === 0 || query.within !== undefined) return new Map();
  const pairs = [...new Map(sightings.map((sighting) => [pairOf(sighting), sighting])).values()];
  const rows = await table.rows<[string, number, number]>({
    sql: FIRST_TIMES,
    where: withParameters(matching(query), {
      actor_ids: pairs.map(({ actorId }) => actorId),
      ips: pairs.map(({ ip }) => formatAddress(parseAddress(ip) ?? 0n)),
    }),
  });
  const firsts = new Map(rows.map(([pair, recordedAt, happenedAt]) => [pair, { recordedAt, happenedAt }]));
  return new Map(
    sightings.flatMap((sighting) => {
      const first = firsts.get(pairOf(sighting));
      return first !== undefined && isNear(sighting, first) ? [[sighting.id, first.recordedAt] as const] : [];
    }),
  );
}

function isNear({ recordedAt, timestamp }: Sighting, first: SightingTimes): boolean {
  const dayBefore = first.recordedAt - FIRST_SEEN_MS;
  return recordedAt <= first.recordedAt + FIRST_SEEN_MS && first.happenedAt >= dayBefore && timestamp >= dayBefore;
}
