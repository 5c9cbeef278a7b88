import type { FacetField } from "@daybook/sdk/filters";
import type { Follower } from "../follower.ts";
import type { GroupKey, PersonField, Query, Tenant } from "../query/index.ts";
import type { Keyset, Place } from "./place.ts";
import type { PlaceList } from "./place-list.ts";

export type { Keyset, Place };

import type { RowCheck } from "./row-check.ts";

/** What the rest of Daybook knows of search. No statement over events can be built without a query, which carries the organization it can see. */

/** Totals are counted exactly up to this many; beyond it `relation` is `gte`. */
export const TOTAL_EXACT_MAX = 10_000;

/** A facet holds at most this many values, the most frequent ones; `more` tells when there are others. */
export const FACET_VALUES_MAX = 1_000;

export interface Total {
  readonly value: number;
  readonly relation: "eq" | "gte";
}

export interface Places {
  readonly places: readonly Place[];
  /** Where the next ones begin, or undefined when these are the last. */
  readonly next: Keyset | undefined;
  /** How many there are in all, where these are the first. */
  readonly total: Total | undefined;
}

export interface Facets {
  /** Most frequent first, ties by value. Events without the field are not counted. */
  readonly values: readonly { readonly value: string; readonly count: number }[];
  /** True when there are more values than these. */
  readonly more: boolean;
}

export interface PeopleOptions {
  readonly field: PersonField;
  /** Only those whose id, name or e-mail holds this text, whatever the case. */
  readonly find: string | undefined;
  readonly limit: number;
}

export interface People {
  /** Most frequent first, ties by value; each with a place whose entry names it. */
  readonly values: readonly { readonly value: string; readonly count: number; readonly place: Place }[];
  readonly more: boolean;
}

export interface GroupOptions {
  readonly by: GroupKey;
  readonly limit: number;
}

export interface Group {
  /** An id, an address or a network. */
  readonly value: string;
  /** Of a resource: two types can use one id. */
  readonly type?: string;
  readonly count: number;
  /** Of the first and the last event, in milliseconds since the Unix epoch. */
  readonly first: number;
  readonly last: number;
  /** Distinct actors. One without an id counts by its name and e-mail, or by the e-mail that a sign-in was tried with. */
  readonly actors: number;
  /** Whose entry says how it is called. */
  readonly place: Place;
}

export interface Groups {
  /** Most frequent first, ties by value. */
  readonly groups: readonly Group[];
  readonly more: boolean;
}

export interface Histogram {
  readonly intervalMs: number;
  /** Contiguous from the query's start, empty ones too; the counts add up to the query's `count`. */
  readonly buckets: readonly {
    readonly start: number;
    readonly counts: Readonly<Record<string, number>>;
    /** Those of them that failed or were denied. */
    readonly failures: number;
  }[];
}

/** From where somebody acted, as an event tells it. */
export interface Sighting {
  readonly id: string;
  /** Milliseconds since the Unix epoch. */
  readonly timestamp: number;
  readonly recordedAt: number;
  readonly sequence: number;
  readonly actorId: string;
  readonly ip: string;
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
  /** True once it has caught up with the log as it was at start. */
  readonly ready: boolean;
  readonly state: SearchState;
  /** Somebody reads: what is recorded is made searchable as it comes, not gathered for long. */
  readonly isRead: boolean;
  /** Entries of the organization below `position`. */
  size(tenant: Tenant): number;
  /**
   * To be called by whoever begins to read: a trickle is gathered while nobody does. Resolves once what was recorded before can be found, within
   * a second in any case.
   */
  refresh(): Promise<void>;
  /** What is gathered becomes searchable soon, although nobody reads. @returns `position` until then. */
  flush(): number;
  /** Resolves with `position` once it is this one or beyond. @throws the signal's reason when it aborts. */
  reached(position: number, signal: AbortSignal): Promise<number>;
  /** Up to `limit` matches in the query's order. The first ones come with the total, which takes no statement more. */
  positions(query: Query, limit: number, after?: Keyset): Promise<Places>;
  /** Every match in the query's order, in chunks of at most 20,000. */
  scan(query: Query, signal: AbortSignal): AsyncIterable<PlaceList>;
  /** The first matches in the order they were recorded, at most `limit`. */
  recorded(query: Query, limit: number): Promise<readonly Place[]>;
  total(query: Query): Promise<Total>;
  /** Every match, exactly. */
  count(query: Query): Promise<number>;
  /** The least and the greatest sequence among the matches; undefined when there are none. */
  stretch(query: Query): Promise<Stretch | undefined>;
  /** The sequences of every match, ascending, in bounded chunks. */
  sequences(query: Query, signal: AbortSignal): AsyncIterable<readonly number[]>;
  /**
   * When the newest event was recorded of all that the query's position shows its reader, in milliseconds since the Unix epoch; its
   * filters play no part. Undefined when there is none.
   */
  recordedThrough(query: Query): Promise<number | undefined>;
  /** Counts of a field's values under the query less its own filter. */
  facets(query: Query, field: FacetField): Promise<Facets>;
  /** The same for people, and where to read their names. */
  people(query: Query, options: PeopleOptions): Promise<People>;
  /** The matches by what they have in common; those that do not have it are in no group. */
  groups(query: Query, options: GroupOptions): Promise<Groups>;
  /** Counts a time bucket and action family. @param buckets at most this many. */
  histogram(query: Query, buckets: number): Promise<Histogram>;
  /** The ids of those that show an actor at an address where they were not seen in the 90 days before. @param sightings newest first. */
  newAddresses(query: Query, sightings: readonly Sighting[]): Promise<ReadonlySet<string>>;
  /**
   * When the actor was first recorded at the address, by the ids of those that are near to that first event, both by when they were recorded and
   * by when they happened. In milliseconds since the Unix epoch.
   */
  firstSightings(query: Query, sightings: readonly Sighting[]): Promise<ReadonlyMap<string, number>>;
  /** For whoever compares search with the log. */
  readonly rows: RowCheck;
  /** Ends after the statements that run; call it once `follow` has ended. */
  close(): Promise<void>;
}
