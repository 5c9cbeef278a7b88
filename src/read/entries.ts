import { entryJson } from "../event/index.ts";
import type { DamagedEntry, LogEntry } from "../log/index.ts";
import type { Query } from "../query/index.ts";
import { type Place, PlaceList } from "../search/index.ts";
import { entryCheck, misplaced } from "./check.ts";
import { type Damage, damagedItem } from "./damage.ts";
import { LeafHashes } from "./leaf-hashes.ts";
import type { ReaderParts } from "./parts.ts";
import { ReadSize } from "./read-size.ts";

/** What is wrong at a place that search named. */
export interface Damaged {
  readonly place: Place;
  readonly damage: Damage;
}

/** What is at a place that search named: the entry, or what is wrong there. */
export type Found = { readonly place: Place; readonly entry: LogEntry } | Damaged;

/** The JSON text of what is at a place, as the API returns it. */
export function foundJson(found: Found, organization: string): string {
  if ("damage" in found) return JSON.stringify(damagedItem(organization, found.place.sequence, found.damage));
  const { header, body, leafHash } = found.entry;
  return entryJson(header, body, Buffer.from(leafHash).toString("hex"));
}

/**
 * The entries at places that search named, in the order of the places, in bounded pieces, each checked. What fails is reported and stays in
 * its place: nothing that was recorded is silently absent, and nothing is shown that was not recorded for this reader.
 */
export async function* readEntries(
  { log, tree, turns, onDamage }: ReaderParts,
  { tenant, within }: Query,
  places: readonly Place[],
  signal?: AbortSignal,
): AsyncGenerator<readonly Found[]> {
  const hashes = new LeafHashes(tree, tenant);
  const check = entryCheck(within);
  const damaged = (place: Place, damage: Damage): Damaged => {
    onDamage(tenant, place, damage);
    return { place, damage };
  };
  const judge = (place: Place, read: LogEntry | DamagedEntry): Found => {
    if ("damage" in read) return damaged(place, "unreadable");
    const damage = misplaced(read, place.sequence, tenant) ?? check(read, hashes.of(read));
    return damage === undefined ? { place, entry: read } : damaged(place, damage);
  };
  const impossible = new Map<Place, Damage>();
  for (const [at, damage] of impossiblePlaces(PlaceList.of(places), log.end))
    impossible.set(places[at] as Place, damage);
  const readSize = new ReadSize();
  for (let at = 0; at < places.length; ) {
    const part = places.slice(at, at + readSize.next);
    at += part.length;
    const positions = part.filter((place) => !impossible.has(place)).map(({ position }) => position);
    const left = part.values();
    let bytes = 0;
    for await (const entries of log.entries(positions, signal)) {
      const turn = turns.next({ organization: tenant, key: READING }, bytesOf(entries));
      if (turn !== undefined) await turn;
      const piece: Found[] = [];
      for (const read of entries) {
        piece.push(...skipped(left, impossible, damaged, (place) => judge(place, read)));
        bytes += "damage" in read ? 0 : read.header.length + (read.body?.length ?? 0);
      }
      yield piece;
    }
    const rest = skipped(left, impossible, damaged);
    if (rest.length > 0) yield rest;
    readSize.took(positions.length, bytes);
  }
}

/** Reading has its share beside the organization's keys, which record. */
const READING = "read";

function bytesOf(entries: readonly (LogEntry | DamagedEntry)[]): number {
  return entries.reduce((sum, read) => sum + ("damage" in read ? 0 : read.header.length + (read.body?.length ?? 0)), 0);
}

/** The next places up to one that was read, which is judged; without `judge`, what is left of them. */
function skipped(
  left: Iterator<Place>,
  impossible: ReadonlyMap<Place, Damage>,
  damaged: (place: Place, damage: Damage) => Damaged,
  judge?: (place: Place) => Found,
): Found[] {
  const piece: Found[] = [];
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

/** Places that need no reading to be found wrong, by where they are in the list. */
export function impossiblePlaces(places: PlaceList, end: number): Map<number, Damage> {
  const impossible = new Map<number, Damage>();
  const sequences = new Set<number>();
  for (let at = 0; at < places.count; at++) {
    const [position, sequence] = [places.position(at), places.sequence(at)];
    if (!Number.isSafeInteger(position) || position < 0 || position >= end) impossible.set(at, "beyond");
    else if (sequences.has(sequence)) impossible.set(at, "repeated");
    sequences.add(sequence);
  }
  return impossible;
}
