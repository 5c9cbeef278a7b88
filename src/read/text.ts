import { decodeEntry, eventJson } from "../event/codec.ts";
import type { StoredEvent } from "../event/stored.ts";
import type { LogEntry } from "../log/contract.ts";
import type { Place } from "../search/contract.ts";
import type { Damage } from "./check.ts";
import type { Found } from "./entries.ts";

export function eventOf({ header, body }: LogEntry): StoredEvent {
  return decodeEntry(header, body);
}

/** The JSON text of what stands at a place, as the API returns it. */
export function foundJson(found: Found, organization: string): string {
  if ("damage" in found) return damagedJson(organization, found.place, found.damage);
  return eventJson(eventOf(found.entry), Buffer.from(found.entry.leafHash).toString("hex"));
}

/** Of an entry of somebody else's, or one that is not there, search's word is all there is, and it is worth nothing. */
const UNKNOWN: ReadonlySet<Damage> = new Set<Damage>(["organization", "filter", "beyond"]);

export function damagedJson(organization: string, { sequence }: Place, damage: Damage): string {
  return JSON.stringify({
    damaged: true,
    tenant_id: organization,
    ...(UNKNOWN.has(damage) ? {} : { sequence }),
    reason: UNKNOWN.has(damage) ? "search" : damage,
  });
}
