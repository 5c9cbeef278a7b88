import type { DamagedEntry, LogEntry } from "../log/contract.ts";
import type { Place, Query } from "../search/contract.ts";
import { altered, type Damage, misplaced } from "./check.ts";
import { LeafHashes } from "./leaf-hashes.ts";
import type { ReaderParts } from "./reader.ts";

/** What is at a place that search named: the entry, or what is wrong there. */
export type Found =
  | { readonly place: Place; readonly entry: LogEntry }
  | { readonly place: Place; readonly damage: Damage };

/** An entry that is in its place, with the leaf hash that it must have. */
export interface Placed {
  readonly place: Place;
  readonly entry: LogEntry;
  readonly leafHash: Uint8Array | undefined;
}

export type DamageListener = (organization: string, place: Place, damage: Damage) => void;

/**
 * The entries at places that search named, in the order of the places, in bounded pieces, each checked. What fails is reported and stays in
 * its place: nothing that was recorded is silently absent, and nothing is shown that was not recorded for this reader.
 */
export async function* readEntries(
  parts: ReaderParts,
  query: Query,
  places: readonly Place[],
  signal?: AbortSignal,
): AsyncGenerator<readonly Found[]> {
  for await (const piece of placedEntries(parts, query, places, signal)) {
    yield piece.map((one): Found => {
      if ("damage" in one) return one;
      const { place, entry, leafHash } = one;
      const damage = altered(entry, leafHash);
      if (damage === undefined) return { place, entry };
      parts.onDamage(query.tenant, place, damage);
      return { place, damage };
    });
  }
}

/** The same, but header and body are still to be compared with their hashes. */
export async function* placedEntries(
  { log, tree, onDamage }: ReaderParts,
  { tenant }: Query,
  places: readonly Place[],
  signal?: AbortSignal,
): AsyncGenerator<readonly (Placed | Extract<Found, { damage: Damage }>)[]> {
  const hashes = new LeafHashes(tree, tenant);
  const damaged = (place: Place, damage: Damage) => {
    onDamage(tenant, place, damage);
    return { place, damage };
  };
  const judge = (place: Place, read: LogEntry | DamagedEntry) => {
    if ("damage" in read) return damaged(place, "unreadable");
    const damage = misplaced(read, place, tenant);
    return damage === undefined ? { place, entry: read, leafHash: hashes.of(read) } : damaged(place, damage);
  };
  const impossible = impossiblePlaces(places, log.end);
  const positions = places.filter((place) => !impossible.has(place)).map(({ position }) => position);
  let at = 0;
  /** Those that come before the next place that can be read. */
  const skipped = () => {
    const before = [];
    for (let place = places[at]; place !== undefined; place = places[++at]) {
      const damage = impossible.get(place);
      if (damage === undefined) break;
      before.push(damaged(place, damage));
    }
    return before;
  };
  for await (const entries of log.entries(positions, signal)) {
    yield entries.flatMap((read) => [...skipped(), judge(places[at++] as Place, read)]);
  }
  const rest = skipped();
  if (rest.length > 0) yield rest;
}

/** Places that need no reading to be found wrong. */
function impossiblePlaces(places: readonly Place[], end: number): Map<Place, Damage> {
  const impossible = new Map<Place, Damage>();
  const sequences = new Set<number>();
  for (const place of places) {
    const { position, sequence } = place;
    if (!Number.isSafeInteger(position) || position < 0 || position >= end) impossible.set(place, "beyond");
    else if (sequences.has(sequence)) impossible.set(place, "repeated");
    sequences.add(sequence);
  }
  return impossible;
}
