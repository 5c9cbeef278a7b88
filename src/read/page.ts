import type { StoredEvent } from "../event/stored.ts";
import type { Keyset, Query } from "../search/contract.ts";
import { readEntries } from "./entries.ts";
import type { ReaderParts } from "./reader.ts";
import { eventOf, foundJson } from "./text.ts";

export interface Page {
  /** Each the JSON text of an event as the API returns it, or of what is damaged in its place. */
  readonly items: readonly string[];
  /** Those of the items that are events. */
  readonly events: readonly StoredEvent[];
  /** Where the next page begins, or undefined when this one is the last. */
  readonly next: Keyset | undefined;
}

export async function readPage(parts: ReaderParts, query: Query, limit: number, after?: Keyset): Promise<Page> {
  const { places, next } = await parts.search.positions(query, limit, after);
  const items: string[] = [];
  const events: StoredEvent[] = [];
  for await (const found of readEntries(parts, query, places)) {
    for (const one of found) {
      if ("entry" in one) events.push(eventOf(one.entry));
      items.push(foundJson(one, query.tenant));
    }
  }
  return { items, events, next };
}
