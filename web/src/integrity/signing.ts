import type { Integrity } from "../api/integrity.ts";

/** While entries are recorded, the newest wait for at most about a second. No checkpoint for this long is a fault. */
const STALLED_MS = 30_000;

export type Signing = Pick<Integrity, "entries" | "checkpoint">;

/** The newest entries, which the last checkpoint does not cover. */
export function unsignedEntries({ entries, checkpoint }: Signing): number {
  return Math.max(0, entries - (checkpoint?.size ?? 0));
}

/** Entries that wait for one checkpoint, as a page has seen them: by its own clock, which is not the server's. */
export interface Wait {
  readonly signed: number;
  readonly sinceMs: number;
}

/** @param wait what was known before. @returns undefined if no entry waits. */
export function waitAfter(wait: Wait | undefined, signing: Signing, nowMs: number): Wait | undefined {
  if (unsignedEntries(signing) === 0) return undefined;
  const signed = signing.checkpoint?.size ?? 0;
  return wait?.signed === signed ? wait : { signed, sinceMs: nowMs };
}

export function isStalled(wait: Wait | undefined, nowMs: number): boolean {
  return wait !== undefined && nowMs - wait.sinceMs >= STALLED_MS;
}
