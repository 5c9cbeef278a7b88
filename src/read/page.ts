import { decodeEntry } from "../event/index.ts";
import { type Keyset, type Query, type Sighting, sightingOf, type Total } from "../search/index.ts";
import { readEntries } from "./entries.ts";
import type { ReaderParts } from "./reader.ts";
import { foundJson } from "./text.ts";

/** A page is no longer than this; what would be on it is on the next one. */
const PAGE_BYTES_MAX = 32 * 1024 * 1024;

/** What is known of a page once all of it was read. */
export interface PageEnd {
  /** From where the actors of its events acted, in the order of the page; none unless they were asked for. */
  readonly sightings: readonly Sighting[];
  /** How many events match, where this page is the first. */
  readonly total: Total | undefined;
  /** Where the next page begins, or undefined when this one is the last. */
  readonly next: Keyset | undefined;
}

/**
 * The items of a page in bounded pieces: each the JSON text of an event as the API returns it, or of what is damaged in its place.
 * @param sighted asks for sightings: every entry is decoded for them, which the items do not need.
 */
export async function* pageItems(
  parts: ReaderParts,
  query: Query,
  limit: number,
  after: Keyset | undefined,
  sighted: boolean,
): AsyncGenerator<readonly string[], PageEnd> {
  const { places, next, total } = await parts.search.positions(query, limit, after);
  const sightings: Sighting[] = [];
  let last: Keyset | undefined;
  let bytes = 0;
  for await (const found of readEntries(parts, query, places)) {
    const items: string[] = [];
    for (const one of found) {
      const item = foundJson(one, query.tenant);
      bytes += Buffer.byteLength(item) + 1;
      if (bytes > PAGE_BYTES_MAX) {
        yield items;
        return { sightings, total, next: last };
      }
      items.push(item);
      last = { timestamp: one.place.timestamp, sequence: one.place.sequence };
      if (sighted && "entry" in one) sightings.push(...sightingOf(decodeEntry(one.entry.header, one.entry.body)));
    }
    yield items;
  }
  return { sightings, total, next };
}
