import type { StoredEvent } from "../event/index.ts";

/** An event of the log, as alerts see it. */
export interface Seen {
  readonly event: StoredEvent;
  readonly organization: string;
  readonly sequence: number;
  /** When it was recorded, in milliseconds since the Unix epoch. Recorded times never decrease, so windows are counted in them. */
  readonly at: number;
}

/**
 * - `match`, `threshold`, `new_value`, `silence`, `report`: the condition of that name.
 * - `rest`: how often it would have fired beyond its limit.
 */
export type FiredKind = "match" | "threshold" | "new_value" | "silence" | "report" | "rest";

/** One firing of an alert, and its reason. The same entries of the log always give the same firings, on every node. */
export interface Fired {
  readonly kind: FiredKind;
  /** In milliseconds since the Unix epoch. */
  readonly at: number;
  /** The user, address or other value that the alert groups matches by. Undefined if it does not group them. */
  readonly value: string | undefined;
  /** How many matches it is about. */
  readonly count: number;
  /** When the first of them was recorded, in milliseconds since the Unix epoch. */
  readonly since: number;
  /** The organization of the event that it fires for; for a silence, of the last event before it. */
  readonly organization: string;
  /** -1: there was none. */
  readonly sequence: number;
  /** Undefined if no single event is the reason. */
  readonly event: StoredEvent | undefined;
}

/** What one condition remembers between events. Every number is small, and every entry expires. */
export interface Memory {
  get(key: string): readonly number[] | undefined;
  /** @param at when it was last touched. */
  set(key: string, at: number, numbers: readonly number[]): void;
  delete(key: string): void;
  /** The entry that was not touched for longest. */
  oldest(): { readonly key: string; readonly at: number; readonly numbers: readonly number[] } | undefined;
  /** Drops what was last touched before this time. */
  forget(before: number): void;
}

/** One condition, given the matches of its filter one after another. */
export interface Watch {
  take(seen: Seen): Fired | undefined;
  /** What fires because time passed. @param now never less than before. */
  elapse(now: number): Fired[];
}
