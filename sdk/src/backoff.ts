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

/** Nobody can keep a client from trying again for longer. */
const RETRY_AFTER_MAX_MS = 3_600_000;

/**
 * Retry-After (RFC 9110 §10.2.3), seconds or a date, as milliseconds from `nowMs`, an hour at most; 0 when absent or
 * unreadable.
 */
export function retryAfterMs(header: string | null, nowMs: number): number {
  if (header === null) return 0;
  const ms = /^\d+$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - nowMs;
  return Number.isNaN(ms) ? 0 : Math.min(RETRY_AFTER_MAX_MS, Math.max(0, ms));
}
