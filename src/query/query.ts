import type { Selection } from "@daybook/sdk/filters";
import type { Tenant } from "./tenant.ts";

/** How far a reader has read: an entry of the organization by its sequence, or one of the whole log by its position. */
export interface Mark {
  readonly by: "sequence" | "position";
  readonly value: number;
}

/**
 * The filters of one request, resolved: every default filled in, every instant fixed. It always carries the organization it can see, and only
 * `resolveQuery` makes one.
 */
export interface Query {
  readonly tenant: Tenant;
  /** What the reader asks for. */
  readonly selection: Selection;
  /** What the reader can see at all: no filter of theirs reaches beyond it. Undefined is everything of the organization. */
  readonly within: Selection | undefined;
  /** Milliseconds since the Unix epoch, inclusive. */
  readonly start: number;
  /** Milliseconds since the Unix epoch, exclusive; undefined is open. */
  readonly end: number | undefined;
  /** Only what was recorded up to here; -1 is nothing. Always set: a query answers the same for ever. */
  readonly asOf: Mark;
  /** Only what was recorded after this; undefined is from the first on. */
  readonly since: Mark | undefined;
  /** Of a page's rows, by (timestamp, sequence): the newest first, or the oldest. */
  readonly order: "desc" | "asc";
  /** Milliseconds since the Unix epoch: when the query was resolved. Where an axis of time with an open end stops. */
  readonly now: number;
  /** Aborts when nobody waits for the answer any more: what runs in the engine is cancelled. */
  readonly signal?: AbortSignal | undefined;
}

/** The fields whose values are people or programs. */
export type PersonField = "actor_id" | "on_behalf_of";

/** What events can have in common: who, what, in which role, or from where. A network is a /24 of IPv4 or a /64 of IPv6. */
export const GROUP_KEYS = ["actor_id", "resource", "role", "ip", "network"] as const;
export type GroupKey = (typeof GROUP_KEYS)[number];
