import type { LogEntry, LogReader } from "../log/contract.ts";
import { LogCorruption } from "../log/errors.ts";
import type { Place } from "../search/contract.ts";
import { type Damage, damageOf } from "./check.ts";

/** What stands at a place that search named: the entry, checked, or what is wrong there. */
export type Found =
  | { readonly place: Place; readonly entry: LogEntry }
  | { readonly place: Place; readonly damage: Damage };

export interface EntrySources {
  readonly log: LogReader;
  /** Hears of each place that fails. */
  readonly onDamage: (organization: string, place: Place, damage: Damage) => void;
}

/**
 * The entries at places that search named, in the order of the places, in bounded pieces. What fails is reported and stays in its place:
 * nothing that was recorded is silently absent, and nothing is shown that was not recorded for this organization.
 */
export async function* readEntries(
  { log, onDamage }: EntrySources,
  organization: string,
  places: readonly Place[],
  signal?: AbortSignal,
): AsyncGenerator<readonly Found[]> {
  const sequences = new Set<number>();
  for (let at = 0; at < places.length; at += PIECE) {
    signal?.throwIfAborted();
    const found: Found[] = [];
    for (const place of places.slice(at, at + PIECE)) {
      const one = await readOne(log, organization, place, sequences);
      if ("damage" in one) onDamage(organization, place, one.damage);
      found.push(one);
    }
    yield found;
  }
}

const PIECE = 64;

async function readOne(log: LogReader, organization: string, place: Place, seen: Set<number>): Promise<Found> {
  const damaged = (damage: Damage): Found => ({ place, damage });
  if (!Number.isSafeInteger(place.position) || place.position < 0 || place.position >= log.end)
    return damaged("beyond");
  if (seen.has(place.sequence)) return damaged("repeated");
  seen.add(place.sequence);
  try {
    const entry = await log.entry(place.position);
    const damage = damageOf(entry, place, organization);
    return damage === undefined ? { place, entry } : damaged(damage);
  } catch (error) {
    if (error instanceof LogCorruption) return damaged("unreadable");
    throw error;
  }
}
