import { decodeEntry, type StoredEvent } from "../event/index.ts";
import type { Mark, Query } from "../query/index.ts";
import type { Place } from "../search/index.ts";
import { type Found, foundJson, readEntries } from "./entries.ts";
import { LiveAddresses, type SeenAddresses } from "./live-addresses.ts";
import type { ReaderParts } from "./parts.ts";

/** Events that are looked for at once, at most. */
const LIVE_ROWS = 500;

const NONE: SeenAddresses = { newAddresses: new Set(), firstSightings: new Map() };

/** What of the log was looked through for new matches, and what was found; with their addresses, when that was asked for. */
export interface LiveEvents extends SeenAddresses {
  /** In the order they were recorded; each the JSON text of an event as the API returns it. */
  readonly events: readonly { readonly at: Mark; readonly json: string }[];
  /** Everything up to here was looked at. */
  readonly through: Mark;
}

export interface LiveOptions {
  /** What was recorded up to here is not new. */
  readonly after: Mark;
  /** Also find which of the events show an actor at a new address. Default false. */
  readonly newAddresses?: boolean;
}

/**
 * New matches in the order they were recorded, as soon as they can be searched: search is asked, so that list, counts and stream never
 * disagree. The query's own `asOf` and `since` do not count.
 */
export async function* evaluateLive(
  parts: ReaderParts,
  query: Query,
  { after, newAddresses = false }: LiveOptions,
  signal: AbortSignal,
): AsyncGenerator<LiveEvents> {
  const { search } = parts;
  const { by } = after;
  const addresses = newAddresses ? new LiveAddresses(search, query) : undefined;
  for (let seen = after; ; ) {
    signal.throwIfAborted();
    const reached = search.position;
    const asOf = { by, value: (by === "position" ? reached : search.size(query.tenant)) - 1 };
    while (seen.value < asOf.value) {
      const places = await search.recorded({ ...query, since: seen, asOf }, LIVE_ROWS);
      const end = markOf(places.length < LIVE_ROWS ? undefined : places.at(-1), by) ?? asOf;
      let given = 0;
      for await (const found of readEntries(parts, query, places, signal)) {
        given += found.length;
        // With the last of them, everything up to the end of this part was looked at.
        const through = (given < places.length ? markOf(found.at(-1)?.place, by) : undefined) ?? end;
        yield {
          events: found.map((one) => ({ at: { by, value: one.place[by] }, json: foundJson(one, query.tenant) })),
          ...(addresses === undefined ? NONE : await addresses.among(found.flatMap(eventOf), through)),
          through,
        };
      }
      if (places.length === 0) yield { events: [], ...NONE, through: end };
      seen = end;
    }
    await search.reached(reached + 1, signal);
  }
}

function markOf(place: Place | undefined, by: Mark["by"]): Mark | undefined {
  return place && { by, value: place[by] };
}

function eventOf(found: Found): StoredEvent[] {
  return "entry" in found ? [decodeEntry(found.entry.header, found.entry.body)] : [];
}
