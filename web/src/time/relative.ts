const MINUTE_MS = 60_000;
const UNITS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ["year", 365 * 24 * 60 * MINUTE_MS],
  ["month", 30 * 24 * 60 * MINUTE_MS],
  ["day", 24 * 60 * MINUTE_MS],
  ["hour", 60 * MINUTE_MS],
  ["minute", MINUTE_MS],
];
const format = new Intl.RelativeTimeFormat("en");

/** Of these a part is too much to be rounded up. */
const WHOLE: ReadonlySet<string> = new Set(["year", "month"]);

/** "3 days ago", "in 7 days", or "just now" within a minute: what is past in whole units, what is ahead to the nearest. @param instant RFC 3339. */
export function relativeTime(instant: string, now: Date = new Date()): string {
  const distance = Date.parse(instant) - now.getTime();
  for (const [unit, length] of UNITS) {
    const count = WHOLE.has(unit) || distance < 0 ? Math.trunc(distance / length) : Math.round(distance / length);
    if (count !== 0) return format.format(count, unit);
  }
  return distance > 0 ? "in less than a minute" : "just now";
}
