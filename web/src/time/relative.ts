const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const UNITS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ["year", 365 * DAY_MS],
  ["month", 30 * DAY_MS],
  ["day", DAY_MS],
  ["hour", 60 * MINUTE_MS],
  ["minute", MINUTE_MS],
];
/** What ends in so many days is reported in days: a key that expires in 90 days does not expire in two months. */
const DAYS_AHEAD_MAX = 100;
const format = new Intl.RelativeTimeFormat("en");

/** "3 days ago", "in 7 days", or "just now" within a minute: in whole units towards now, days ahead to the nearest. @param instant RFC 3339. */
export function relativeTime(instant: string, now: Date = new Date()): string {
  const distance = Date.parse(instant) - now.getTime();
  const days = Math.round(distance / DAY_MS);
  if (distance >= DAY_MS && days <= DAYS_AHEAD_MAX) return format.format(days, "day");
  for (const [unit, length] of UNITS) {
    const count = Math.trunc(distance / length);
    if (count !== 0) return format.format(count, unit);
  }
  return distance > 0 ? "in less than a minute" : "just now";
}
