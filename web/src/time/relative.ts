const MINUTE_MS = 60_000;
const UNITS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ["year", 365 * 24 * 60 * MINUTE_MS],
  ["month", 30 * 24 * 60 * MINUTE_MS],
  ["day", 24 * 60 * MINUTE_MS],
  ["hour", 60 * MINUTE_MS],
  ["minute", MINUTE_MS],
];
const format = new Intl.RelativeTimeFormat("en");

/** "3 days ago", "in 7 days", or "just now" within a minute: in whole units towards now, days ahead to the nearest. @param instant RFC 3339. */
export function relativeTime(instant: string, now: Date = new Date()): string {
  const distance = Date.parse(instant) - now.getTime();
  for (const [unit, length] of UNITS) {
    const count = Math.trunc(distance / length);
    // Seven days ahead are seven also a moment later.
    if (count !== 0) return format.format(unit === "day" && count > 0 ? Math.round(distance / length) : count, unit);
  }
  return distance > 0 ? "in less than a minute" : "just now";
}
