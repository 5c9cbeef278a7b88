import { matcher } from "@daybook/sdk/filters";
import { decodeEntry } from "../event/codec.ts";
import type { DamagedEntry, LogEntry } from "../log/contract.ts";
import type { Place, Query } from "../search/contract.ts";
import { altered, type Damage, misplaced } from "./check.ts";
import { LeafHashes } from "./leaf-hashes.ts";
import type { ReaderParts } from "./reader.ts";
import { Window } from "./windows.ts";

/** What is wrong at a place that search named. */
export interface Damaged {
  readonly place: Place;
  readonly damage: Damage;
}

/** What is at a place that search named: the entry, or what is wrong there. */
export type Found = { readonly place: Place; readonly entry: LogEntry } | Damaged;

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
  const check = entryCheck(query.within);
  for await (const piece of placedEntries(parts, query, places, signal)) {
    yield piece.map((one): Found => {
      if ("damage" in one) return one;
      const { place, entry, leafHash } = one;
      const damage = check(entry, leafHash);
      if (damage === undefined) return { place, entry };
      parts.onDamage(query.tenant, place, damage);
      return { place, damage };
    });
  }
}

/** Whether an entry is what was acknowledged, and can be seen by a reader with this fixed filter. */
export function entryCheck(
  within: Query["within"],
): (entry: Pick<LogEntry, "header" | "body">, leafHash: Uint8Array | undefined) => Damage | undefined {
  if (within === undefined) return altered;
  const isWithin = matcher(within);
  return (entry, leafHash) => {
    const damage = altered(entry, leafHash);
    // Where it is altered it says nothing that could be believed, and shows nothing.
    if (damage !== undefined) return damage;
    return isWithin(decodeEntry(entry.header, entry.body)) ? undefined : "filter";
  };
}

/** The same, but header and body are still to be compared with their hashes, and with a fixed filter. */
export async function* placedEntries(
  parts: ReaderParts,
  { tenant }: Query,
  places: readonly Place[],
  signal?: AbortSignal,
): AsyncGenerator<readonly (Placed | Damaged)[]> {
  const { log, tree, onDamage } = parts;
  const hashes = new LeafHashes(tree, tenant);
  const damaged = (place: Place, damage: Damage): Damaged => {
    onDamage(tenant, place, damage);
    return { place, damage };
  };
  const judge = (place: Place, read: LogEntry | DamagedEntry): Placed | Damaged => {
    if ("damage" in read) return damaged(place, "unreadable");
    const damage = misplaced(read, place, tenant);
    return damage === undefined ? { place, entry: read, leafHash: hashes.of(read) } : damaged(place, damage);
  };
  const impossible = impossiblePlaces(places, log.end);
  const window = new Window();
  for (let at = 0; at < places.length; ) {
    const part = places.slice(at, at + window.next);
    at += part.length;
    const positions = part.filter((place) => !impossible.has(place)).map(({ position }) => position);
    const left = part.values();
    let bytes = 0;
    for await (const entries of log.entries(positions, signal)) {
      const piece: (Placed | Damaged)[] = [];
      for (const read of entries) {
        piece.push(...skipped(left, impossible, damaged, (place) => judge(place, read)));
        bytes += "damage" in read ? 0 : read.header.length + (read.body?.length ?? 0);
      }
      yield piece;
    }
    const rest = skipped(left, impossible, damaged);
    if (rest.length > 0) yield rest;
    window.took(positions.length, bytes);
  }
}

/** The next places up to one that was read, which is judged; without `judge`, what is left of them. */
function skipped(
  left: Iterator<Place>,
  impossible: ReadonlyMap<Place, Damage>,
  damaged: (place: Place, damage: Damage) => Damaged,
  judge?: (place: Place) => Placed | Damaged,
): (Placed | Damaged)[] {
  const piece: (Placed | Damaged)[] = [];
  for (let next = left.next(); !next.done; next = left.next()) {
    const damage = impossible.get(next.value);
    if (damage !== undefined) {
      piece.push(damaged(next.value, damage));
      continue;
    }
    if (judge === undefined) throw new Error(`the log did not give the entry at position ${next.value.position}`);
    piece.push(judge(next.value));
    break;
  }
  return piece;
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
