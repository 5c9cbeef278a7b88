/** Nobody can keep a client from trying again for longer. */
const RETRY_AFTER_MAX_MS = 3_600_000;

/**
 * Retry-After (RFC 9110 §10.2.3), seconds or a date, as milliseconds from `nowMs`, an hour at most; 0 when absent or
 * unreadable.
 */
export function retryAfterMs(header: string | null | undefined, nowMs: number): number {
  if (header === null || header === undefined) return 0;
  const ms = /^\d+$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - nowMs;
  return Number.isNaN(ms) ? 0 : Math.min(RETRY_AFTER_MAX_MS, Math.max(0, ms));
}
