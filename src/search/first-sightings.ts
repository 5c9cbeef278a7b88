import { formatAddress, parseAddress } from "@daybook/sdk/filters";
import type { Query } from "../query/index.ts";
import type { Sighting } from "./contract.ts";
import { FIRST_SEEN_MS } from "./first-seen.ts";
import { pairOf } from "./new-addresses.ts";
import type { EventTable } from "./table.ts";
import { matching, withParameters } from "./where.ts";

/** By the keys of `pairOf`. */
const FIRST_TIMES = `SELECT concat(lower(hex(ip)), ' ', actor_id), toUnixTimestamp64Milli(min(recorded_at)) FROM {sightings:Identifier}
  WHERE tenant_id = {tenant:String} AND (actor_id, ip) IN (SELECT arrayJoin(arrayZip({actor_ids:Array(String)}, {ips:Array(IPv6)})))
  GROUP BY actor_id, ip`;

/**
 * When the actor was first recorded at the address, of those events that `first_seen=true` finds: by their ids, in milliseconds since the Unix epoch.
 * Empty for whoever reads with a fixed filter: the first event can be one that it hides.
 */
export async function firstSightings(
  table: EventTable,
  query: Query,
  sightings: readonly Sighting[],
): Promise<ReadonlyMap<string, number>> {
  if (sightings.length === 0 || query.within !== undefined) return new Map();
  const pairs = [...new Map(sightings.map((sighting) => [pairOf(sighting), sighting])).values()];
  const rows = await table.rows<[string, number]>({
    sql: FIRST_TIMES,
    where: withParameters(matching(query), {
      actor_ids: pairs.map(({ actorId }) => actorId),
      ips: pairs.map(({ ip }) => formatAddress(parseAddress(ip) ?? 0n)),
    }),
  });
  const times = new Map(rows);
  return new Map(
    sightings.flatMap((sighting) => {
      const first = times.get(pairOf(sighting));
      const isNear = first !== undefined && sighting.recordedAt - first <= FIRST_SEEN_MS;
      return isNear ? [[sighting.id, first] as const] : [];
    }),
  );
}
