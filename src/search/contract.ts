import type { Follower } from "../follower.ts";

/**
 * What the rest of Daybook may know of search. A query always carries the organization it may see: it can only be made by
 * `resolveQuery`, and no statement over events can be built without one.
 */

/** The filters of one request, resolved: every default filled in, every instant fixed. */
export interface Query {
  readonly tenant: string;
  /** Milliseconds since the Unix epoch, inclusive. */
  readonly start: number;
  /** Milliseconds since the Unix epoch, exclusive; undefined is open. */
  readonly end: number | undefined;
  /** Exact actions, or prefixes that end in `.*`. Includes are OR'ed, then excludes apply. */
  readonly actions: { readonly include: readonly string[]; readonly exclude: readonly string[] };
  readonly resourceType: string | undefined;
  readonly resourceId: string | undefined;
  readonly q: string | undefined;
  readonly actorId: string | undefined;
  readonly role: string | undefined;
  /** An address, or a CIDR range. */
  readonly ip: string | undefined;
  readonly outcomes: readonly string[];
  /** Only what stands at this position or before it. Always set: a query answers the same for ever. */
  readonly asOf: number;
}

export const FACET_FIELDS = ["action", "resource_type", "actor_id", "role", "ip", "outcome"] as const;
export type FacetField = (typeof FACET_FIELDS)[number];

/** Totals are counted exactly up to this many; beyond it `relation` is `gte`. */
export const TOTAL_EXACT_MAX = 10_000;

export interface Total {
  readonly value: number;
  readonly relation: "eq" | "gte";
}

/** Place in the order of a page, newest first: (timestamp in ms, sequence). */
export interface Keyset {
  readonly timestamp: number;
  readonly sequence: number;
}

export interface Page {
  /** Each the JSON text of an event as the API returns it. */
  readonly events: readonly string[];
  /** Where the next page begins, or undefined when this one is the last. */
  readonly next: Keyset | undefined;
}

export interface Search extends Follower {
  /** True once it has caught up with the log as it stood at start. */
  readonly ready: boolean;
  page(query: Query, limit: number, after?: Keyset): Promise<Page>;
  total(query: Query): Promise<Total>;
  /** Every match, exactly. */
  count(query: Query): Promise<number>;
  /** One event by id, as JSON text with the position it stands at. */
  event(tenant: string, id: string): Promise<{ json: string; position: number } | undefined>;
  /** Counts of a field's values under the query less its own filter, most frequent first. */
  facets(query: Query, field: FacetField): Promise<{ value: string; count: number }[]>;
  /** Counts a time bucket and action family; empty buckets are there too. */
  histogram(
    query: Query,
    buckets: number,
  ): Promise<{ intervalMs: number; buckets: { start: number; counts: Record<string, number> }[] }>;
  /** Every match of the query, newest first, in chunks of bytes; memory stays flat however many there are. */
  export(query: Query, format: "csv" | "ndjson", signal: AbortSignal): AsyncIterable<Uint8Array>;
  close(): Promise<void>;
}
