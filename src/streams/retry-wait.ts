/** How long a stream waits after a receiver failed; doubled each time. */
const RETRY_MS = { min: 1_000, max: 300_000 };

/**
 * A random time between half of the doubled wait and all of it, so that many streams of one receiver do not return at the same moment.
 *
 * @param attempt failed attempts in a row, from 1. @param askedMs the wait that the receiver asks for, at most an hour: it is not called earlier.
 */
export function retryWaitMs(attempt: number, askedMs: number, random: () => number = Math.random): number {
  const bound = Math.min(RETRY_MS.max, RETRY_MS.min * 2 ** (attempt - 1));
  return Math.max(askedMs, bound * (0.5 + random() / 2));
}
