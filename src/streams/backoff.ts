/** How long a stream leaves a receiver alone that failed; doubled each time. */
const RETRY_MS = { min: 1_000, max: 300_000 };

/**
 * Anything between half of the doubled wait and all of it, so that many streams of one receiver do not come back together.
 *
 * @param attempt failed attempts in a row, from 1. @param askedMs how long the receiver asks for, an hour at most: it is not called earlier.
 */
export function backoffMs(attempt: number, askedMs: number, random: () => number = Math.random): number {
  const bound = Math.min(RETRY_MS.max, RETRY_MS.min * 2 ** (attempt - 1));
  return Math.max(askedMs, bound * (0.5 + random() / 2));
}
