import type { Query, Search } from "../search/contract.ts";
import { type EntrySources, type Found, readEntries } from "./entries.ts";
import { LiveAddresses } from "./live-addresses.ts";
import { eventOf, foundJson } from "./text.ts";

/** Events that are looked for at once, at most. */
const LIVE_ROWS = 500;

const NONE: ReadonlySet<string> = new Set();

/** What of the log was looked through for new matches, and what was found. */
export interface LiveEvents {
  /** In the order they were recorded; each the JSON text of an event as the API returns it. */
  readonly events: readonly { readonly position: number; readonly json: string }[];
  /** The ids of those that show an actor at a new address, when that was asked for; else none. */
  readonly newAddresses: ReadonlySet<string>;
  /** Everything up to this position was looked at. */
  readonly through: number;
}

export interface LiveOptions {
  /** The first position that is new. */
  readonly from: number;
  /** Also find which of the events show an actor at a new address. Default false. */
  readonly newAddresses?: boolean;
}

/**
 * New matches in the order they were recorded, as soon as they can be searched: search is asked, so that list, counts and stream never
 * disagree. The query's own `asOf` and `since` do not count.
 */
export async function* liveEvents(
  search: Search,
  sources: EntrySources,
  query: Query,
  { from, newAddresses = false }: LiveOptions,
  signal: AbortSignal,
): AsyncGenerator<LiveEvents> {
  const addresses = newAddresses ? new LiveAddresses(search, query) : undefined;
  for (let next = from; ; ) {
    const end = await search.reached(next, signal);
    while (next < end) {
      const asOf = { by: "position", value: end - 1 } as const;
      const part: Query = { ...query, since: { by: "position", value: next - 1 }, asOf };
      const places = await search.recorded(part, LIVE_ROWS);
      const found: Found[] = [];
      for await (const piece of readEntries(sources, query.tenant, places, signal)) found.push(...piece);
      const last = places.length < LIVE_ROWS ? end - 1 : (places.at(-1)?.position ?? end - 1);
      const events = found.flatMap((one) => ("entry" in one ? [eventOf(one.entry)] : []));
      yield {
        events: found.map((one) => ({ position: one.place.position, json: foundJson(one, query.tenant) })),
        newAddresses: addresses === undefined ? NONE : await addresses.among(events, asOf),
        through: last,
      };
      next = last + 1;
    }
  }
}
