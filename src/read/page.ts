import { decodeEntry } from "../event/codec.ts";
import type { Keyset, Query, Sighting } from "../search/contract.ts";
import { sightingOf } from "../search/new-addresses.ts";
import { readEntries } from "./entries.ts";
import type { ReaderParts } from "./reader.ts";
import { foundJson } from "./text.ts";

/** A page is no longer than this; what would be on it is on the next one. */
export const PAGE_BYTES_MAX = 32 * 1024 * 1024;

export interface Page {
  /** Each the JSON text of an event as the API returns it, or of what is damaged in its place. */
  readonly items: readonly string[];
  /** From where the actors of its events acted, newest first. */
  readonly sightings: readonly Sighting[];
  /** Where the next page begins, or undefined when this one is the last. */
  readonly next: Keyset | undefined;
}

export async function readPage(parts: ReaderParts, query: Query, limit: number, after?: Keyset): Promise<Page> {
  const { places, next } = await parts.search.positions(query, limit, after);
  const items: string[] = [];
  const sightings: Sighting[] = [];
  let last: Keyset | undefined;
  let bytes = 0;
  for await (const found of readEntries(parts, query, places)) {
    for (const one of found) {
      const item = foundJson(one, query.tenant);
      bytes += Buffer.byteLength(item) + 1;
      if (bytes > PAGE_BYTES_MAX) return { items, sightings, next: last };
      items.push(item);
      last = { timestamp: one.place.timestamp, sequence: one.place.sequence };
      if ("entry" in one) sightings.push(...sightingOf(decodeEntry(one.entry.header, one.entry.body)));
    }
  }
  return { items, sightings, next };
}
