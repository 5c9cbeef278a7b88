import { TZDate, tzOffset } from "@date-fns/tz";
import { parseTimestamp } from "../event/index.ts";

export { isTimeZone } from "../event/index.ts";

const DAY = /^(\d{4})-(\d\d)-(\d\d)$/;
const HOUR_MS = 3_600_000;

/** Bounds must lie within what the engine's DateTime64(3) is certain to hold; no event lies outside. */
export const BOUND_MIN = Date.UTC(1970, 0, 1);
export const BOUND_MAX = Date.UTC(2200, 0, 1);

/** Whether a bound names a day; as an end it then reaches to the day's last millisecond. */
export function isDay(text: string | undefined): boolean {
  return text !== undefined && DAY.test(text);
}

/**
 * Milliseconds since the Unix epoch of a range's bound, or undefined when it is neither an RFC 3339 timestamp nor a day. A day
 * stands for its first instant in the time zone as a start, and for the first instant of the next day as an exclusive end. A
 * timestamp finer than a millisecond is rounded up, which for events kept to the millisecond is exact on either side.
 */
export function boundInstant(text: string, timeZone: string, side: "start" | "end"): number | undefined {
  const day = DAY.exec(text);
  if (day) {
    const [year = 0, month = 0, date = 0] = day.slice(1).map(Number);
    const utc = new Date(0);
    utc.setUTCFullYear(year, month - 1, date);
    if (utc.getUTCMonth() !== month - 1 || utc.getUTCDate() !== date) return undefined;
    return firstInstant(new Date(utc.getTime() + (side === "end" ? 24 * HOUR_MS : 0)), timeZone);
  }
  const instant = parseTimestamp(text);
  if (instant === undefined) return undefined;
  return /\.\d{3}\d*[1-9]/.test(text) ? instant + 1 : instant;
}

/**
 * First instant of a calendar day. Where clocks go forward at midnight the day begins at one o'clock; where they go back over midnight
 * it begins twice, and the first time counts.
 *
 * @param day midnight UTC of the same calendar day.
 */
function firstInstant(day: Date, timeZone: string): number {
  const [year, month, date] = [day.getUTCFullYear(), day.getUTCMonth(), day.getUTCDate()];
  const midnight = new TZDate(year, month, date, timeZone).getTime();
  const offsetBefore = tzOffset(timeZone, new Date(midnight - 3 * HOUR_MS));
  const earlier = day.getTime() - offsetBefore * 60_000;
  return earlier < midnight && new TZDate(earlier, timeZone).getDate() === date ? earlier : midnight;
}
