import { entryJson } from "../event/index.ts";
import type { DamagedEntry, LogEntry } from "../log/index.ts";
import type { Query } from "../query/index.ts";
import type { Place } from "../search/index.ts";
import { PlaceCheck } from "./check.ts";
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
  query: Query,
  places: readonly Place[],
  signal?: AbortSignal,
): AsyncGenerator<readonly Found[]> {
  const { tenant } = query;
  const check = new PlaceCheck(new LeafHashes(tree, tenant), query);
  const found = (place: Place, read: LogEntry | DamagedEntry): Found => {
    const damage = check.of(place, read);
    if (damage === undefined) return { place, entry: read as LogEntry };
    onDamage(tenant, place, damage);
    return { place, damage };
  };
  const readSize = new ReadSize();
  for (let at = 0; at < places.length; ) {
    const positions = places.slice(at, at + readSize.next).map(({ position }) => position);
    let bytes = 0;
    for await (const entries of log.entries(positions, signal)) {
      const size = bytesOf(entries);
      const turn = turns.next({ organization: tenant, key: READING }, size);
      if (turn !== undefined) await turn;
      const from = at;
      at += entries.length;
      bytes += size;
      yield entries.map((read, index) => found(places[from + index] as Place, read));
    }
    readSize.took(positions.length, bytes);
  }
}

/** Reading has its share beside the organization's keys, which record. */
const READING = "read";

function bytesOf(entries: readonly (LogEntry | DamagedEntry)[]): number {
  return entries.reduce((sum, read) => sum + ("damage" in read ? 0 : read.header.length + (read.body?.length ?? 0)), 0);
}
