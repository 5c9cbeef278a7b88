/** The first wait is at most this long; every further attempt doubles it. */
const BASE_MS = 200;
/** No wait is longer, except where the server asks for it. */
const MAX_MS = 30_000;

/**
 * Exponential back-off with full jitter ("Exponential Backoff And Jitter", AWS Architecture Blog): anything from nothing
 * to the doubled bound, so that many clients do not come back together.
 *
 * @param attempt failed attempts in a row, from 1.
 * @returns milliseconds.
 */
export function backoffMs(attempt: number, random: () => number = Math.random): number {
  return random() * Math.min(MAX_MS, BASE_MS * 2 ** (attempt - 1));
}
