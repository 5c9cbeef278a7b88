import type { Follower } from "../follower.ts";
import type { RowCheck } from "./row-check.ts";
import type { Tenant } from "./tenant.ts";

/**
 * What the rest of Daybook may know of search. A query always carries the organization it may see: it can only be made by
 * `resolveQuery`, and no statement over events can be built without one.
 */

/** What events are chosen by, whosever they are and whenever they happened. */
export interface Selection {
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
  readonly requestId: string | undefined;
  readonly sessionId: string | undefined;
  readonly not: Exclusion;
}

/** What is left out, whatever else matches: events that hold any of these values. An event without the field stays. */
export interface Exclusion {
  /** Whole types; case does not matter. */
  readonly resourceTypes: readonly string[];
  readonly resourceIds: readonly string[];
  readonly actorIds: readonly string[];
  readonly roles: readonly string[];
  /** Addresses or CIDR ranges. */
  readonly ips: readonly string[];
  readonly outcomes: readonly string[];
  readonly requestIds: readonly string[];
  readonly sessionIds: readonly string[];
}

export const NOTHING_EXCLUDED: Exclusion = {
  resourceTypes: [],
  resourceIds: [],
  actorIds: [],
  roles: [],
  ips: [],
  outcomes: [],
  requestIds: [],
  sessionIds: [],
};

/** The filters of one request, resolved: every default filled in, every instant fixed. */
export interface Query extends Selection {
  readonly tenant: Tenant;
  /** What the reader may see at all: no filter of theirs reaches beyond it. Undefined is everything of the organization. */
  readonly within: Selection | undefined;
  /** Milliseconds since the Unix epoch, inclusive. */
  readonly start: number;
  /** Milliseconds since the Unix epoch, exclusive; undefined is open. */
  readonly end: number | undefined;
  /** Only what stands at this position or before it; -1 is nothing. Always set: a query answers the same for ever. */
  readonly asOf: number;
  /** Only what stands after this position; undefined is from the first on. */
  readonly since: number | undefined;
  /** Milliseconds since the Unix epoch: when the query was resolved. Where an axis of time with an open end stops. */
  readonly now: number;
}

export const FACET_FIELDS = ["action", "resource_type", "actor_id", "role", "ip", "outcome"] as const;
export type FacetField = (typeof FACET_FIELDS)[number];

/** Totals are counted exactly up to this many; beyond it `relation` is `gte`. */
export const TOTAL_EXACT_MAX = 10_000;

/** A facet holds at most this many values, the most frequent ones; `more` tells when there are others. */
export const FACET_VALUES_MAX = 1_000;

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

export interface Facets {
  /** Most frequent first, ties by value. Events without the field are not counted. */
  readonly values: readonly { readonly value: string; readonly count: number }[];
  /** True when there are more values than these. */
  readonly more: boolean;
}

export interface Histogram {
  readonly intervalMs: number;
  /** Contiguous from the query's start, empty ones too; the counts add up to the query's `count`. */
  readonly buckets: readonly { readonly start: number; readonly counts: Readonly<Record<string, number>> }[];
}

export interface ExportOptions {
  readonly format: "csv" | "ndjson";
  /** CSV only: begin with a byte order mark, which Excel needs to read UTF-8. Default false. */
  readonly bom?: boolean;
  /** CSV only: leave cells that a spreadsheet would take for a formula as they are. Default false: they get a leading `'`. */
  readonly raw?: boolean;
}

/** From where somebody acted, as an event tells it. */
export interface Sighting {
  readonly id: string;
  /** Milliseconds since the Unix epoch. */
  readonly timestamp: number;
  readonly sequence: number;
  readonly actorId: string;
  readonly ip: string;
}

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
  /** Also tell which of the events show an actor at a new address. Default false. */
  readonly newAddresses?: boolean;
}

export interface ExportChunk {
  readonly bytes: Uint8Array;
  /** Events it holds whole; the header row of CSV is none. */
  readonly rows: number;
}

/** Where a query's matches lie in the organization's sequence. */
export interface Stretch {
  readonly first: number;
  readonly last: number;
}

/** What the follower is doing, for the operator. */
export type SearchState =
  /** Not followed yet, or no longer. */
  | { readonly name: "idle" }
  /** Reading what the log held at start. */
  | { readonly name: "catching_up" }
  | { readonly name: "following" }
  /** The store refuses; the same batch is tried again, and nothing is skipped. */
  | { readonly name: "waiting"; readonly reason: string; readonly since: number };

export interface Search extends Follower {
  /** True once it has caught up with the log as it stood at start. */
  readonly ready: boolean;
  readonly state: SearchState;
  page(query: Query, limit: number, after?: Keyset): Promise<Page>;
  total(query: Query): Promise<Total>;
  /** Every match, exactly. */
  count(query: Query): Promise<number>;
  /** The least and the greatest sequence among the matches; undefined when there are none. */
  stretch(query: Query): Promise<Stretch | undefined>;
  /** The sequences of every match, ascending, in bounded chunks. */
  sequences(query: Query, signal: AbortSignal): AsyncIterable<readonly number[]>;
  /** Whether the event of this id is among the matches. */
  includes(query: Query, id: string): Promise<boolean>;
  /**
   * When the newest event was recorded of all that the query's position shows its reader, in milliseconds since the Unix epoch; its
   * filters play no part. Undefined when there is none.
   */
  recordedThrough(query: Query): Promise<number | undefined>;
  /** Counts of a field's values under the query less its own filter. */
  facets(query: Query, field: FacetField): Promise<Facets>;
  /** Counts a time bucket and action family. @param buckets at most this many. */
  histogram(query: Query, buckets: number): Promise<Histogram>;
  /** Every match of the query, newest first, in chunks; memory stays flat however many there are. */
  export(query: Query, options: ExportOptions, signal: AbortSignal): AsyncIterable<ExportChunk>;
  /** New matches from a position on, as they become searchable, until the signal aborts. The query's own `asOf` and `since` do not count. */
  live(query: Query, from: number, signal: AbortSignal, options?: LiveOptions): AsyncIterable<LiveEvents>;
  /** The ids of those that show an actor at an address where they were not seen in the 90 days before. @param sightings newest first. */
  newAddresses(query: Query, sightings: readonly Sighting[]): Promise<ReadonlySet<string>>;
  /** For whoever holds search against the log. */
  readonly rows: RowCheck;
  /** Ends after the statements that run; call it once `follow` has ended. */
  close(): Promise<void>;
}
