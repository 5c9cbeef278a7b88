import type { StoredEvent } from "../event/stored.ts";
import type { Keyset, Query, Search } from "../search/contract.ts";
import { type EntrySources, readEntries } from "./entries.ts";
import { eventOf, foundJson } from "./text.ts";

export interface Page {
  /** Each the JSON text of an event as the API returns it, or of what is damaged in its place. */
  readonly items: readonly string[];
  /** Those of the items that are events. */
  readonly events: readonly StoredEvent[];
  /** Where the next page begins, or undefined when this one is the last. */
  readonly next: Keyset | undefined;
}

export async function readPage(
  search: Search,
  sources: EntrySources,
  query: Query,
  limit: number,
  after?: Keyset,
): Promise<Page> {
  const { places, next } = await search.positions(query, limit, after);
  const items: string[] = [];
  const events: StoredEvent[] = [];
  for await (const found of readEntries(sources, query.tenant, places)) {
    for (const one of found) {
      if ("entry" in one) events.push(eventOf(one.entry));
      items.push(foundJson(one, query.tenant));
    }
  }
  return { items, events, next };
}
