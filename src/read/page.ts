import { decodeEntry } from "../event/index.ts";
import { type FilterParameters, LIMIT_DEFAULT, type Query } from "../query/index.ts";
import { type Keyset, type Sighting, sightingOf, type Total } from "../search/index.ts";
import { type Order, resolvePage } from "./cursor.ts";
import { foundJson, readEntries } from "./entries.ts";
import type { ReaderParts } from "./parts.ts";
import type { ReadScope } from "./resolve.ts";

/** A page is no longer than this; what would be on it is on the next one. */
const PAGE_BYTES_MAX = 32 * 1024 * 1024;

/** What is asked of a page beside the filters. */
export type PageParameters = FilterParameters & {
  readonly cursor?: string | undefined;
  readonly order?: Order | undefined;
  readonly limit?: number | undefined;
  readonly new_ip?: boolean | undefined;
  readonly recorded_through?: boolean | undefined;
};

/** What a page says beside its items, once all of them were read. */
export interface PageEnd {
  readonly total: Total | undefined;
  /** The cursor of the next page, or undefined when this one is the last. */
  readonly next: string | undefined;
  /** A position: what was recorded later is not in the page. */
  readonly indexedThrough: string;
  /** Milliseconds since the Unix epoch; undefined when nothing had been recorded yet, or nobody asked. */
  readonly recordedThrough: number | undefined;
  /** By event; undefined unless they were asked for. */
  readonly newAddresses: ReadonlySet<string> | undefined;
  readonly firstSightings: ReadonlyMap<string, number> | undefined;
}

/**
 * A page as it was asked for: its items in bounded pieces, then what it says beside them.
 * @throws DaybookError as `resolvePage`
 */
export async function* readPage(
  parts: ReaderParts,
  parameters: PageParameters,
  scope: ReadScope,
): AsyncGenerator<readonly string[], PageEnd> {
  const { search } = parts;
  const { limit = LIMIT_DEFAULT, new_ip: sighted = false, recorded_through: dated = false } = parameters;
  const { query, after, cursorAfter } = resolvePage(parameters, scope);
  const counted = Promise.all([
    // A first page brings it along.
    after === undefined ? undefined : search.total(query),
    dated ? search.recordedThrough(query) : undefined,
  ]);
  // Awaited at the page's end; the page may fail before.
  counted.catch(() => undefined);
  const { next, sightings, total: found } = yield* pageItems(parts, query, limit, after, sighted);
  const [total = found, recordedThrough] = await counted;
  const [newAddresses, firstSightings] = sighted
    ? await Promise.all([search.newAddresses(query, sightings), search.firstSightings(query, sightings)])
    : [];
  return {
    total,
    next: next && cursorAfter(next),
    indexedThrough: scope.positions.format(query.asOf),
    recordedThrough,
    newAddresses,
    firstSightings,
  };
}

/** What is known once the items of a page were read. */
interface ItemsEnd {
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
): AsyncGenerator<readonly string[], ItemsEnd> {
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
