import type { StoredEvent } from "../event/index.ts";

/** An event of the log, as alerts look at it. */
export interface Seen {
  readonly event: StoredEvent;
  readonly organization: string;
  readonly sequence: number;
  /** When it was recorded, in milliseconds since the Unix epoch. Recorded times never decrease, so windows are counted in them. */
  readonly at: number;
}

/**
 * - `match`, `threshold`, `new_value`, `silence`, `report`: the condition of that name.
 * - `rest`: an alert fires at most so often; this says how often it would have fired beyond that.
 */
export type FiredKind = "match" | "threshold" | "new_value" | "silence" | "report" | "rest";

/** That an alert fires, and what for. The same entries of the log give the same, whoever evaluates them, and however often. */
export interface Fired {
  readonly kind: FiredKind;
  /** In milliseconds since the Unix epoch. */
  readonly at: number;
  /** The user, address or whatever else the alert tells matches apart by. Undefined where it does not. */
  readonly value: string | undefined;
  /** Matches that it is about. */
  readonly count: number;
  /** Of these the first, in milliseconds since the Unix epoch. */
  readonly since: number;
  /** Of the event that it fires for; of a silence the last one before. */
  readonly organization: string;
  /** -1: there was none. */
  readonly sequence: number;
  /** Undefined for what no single event is to blame for. */
  readonly event: StoredEvent | undefined;
}

/** What one condition remembers between events. Every number is small, and everything in it ends with time. */
export interface Memory {
  get(key: string): readonly number[] | undefined;
  /** @param at when it was last touched. */
  set(key: string, at: number, numbers: readonly number[]): void;
  delete(key: string): void;
  /** What was not touched for longest. */
  oldest(): { readonly key: string; readonly at: number; readonly numbers: readonly number[] } | undefined;
  /** Drops what was last touched before this time. */
  forget(before: number): void;
}

/** One condition, while it watches the matches of its filter go by. */
export interface Watch {
  take(seen: Seen): Fired | undefined;
  /** What fires because time has passed. @param now never less than before. */
  elapse(now: number): Fired[];
}
