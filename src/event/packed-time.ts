import { formatTimestamp } from "./timestamp.ts";

/** Instants as entries have them, `2026-11-22T12:00:00.000Z`, as bytes: to milliseconds and back, many times a millisecond. */

export const TIME_CHARACTERS = 24;
const DATE_CHARACTERS = 11;
const DAY_MS = 86_400_000;
/** First and last instant that have a year of four digits. */
const FIRST = Date.parse("0000-01-01T00:00:00.000Z");
const LAST = Date.parse("9999-12-31T23:59:59.999Z");
const ZERO = 0x30;
const HYPHEN = 0x2d;
const T = 0x54;
const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
/** Days of a year, not a leap one, before each month. */
const DAYS_BEFORE = MONTH_DAYS.map((_, month) => MONTH_DAYS.slice(0, month).reduce((sum, days) => sum + days, 0));

/** Where the digits are, how many, and what comes after them. */
const HOUR = { at: 11, digits: 2, limit: 24, after: ":".charCodeAt(0) };
const MINUTE = { at: 14, digits: 2, limit: 60, after: ":".charCodeAt(0) };
const SECOND = { at: 17, digits: 2, limit: 60, after: ".".charCodeAt(0) };
const MILLISECOND = { at: 20, digits: 3, limit: 1000, after: "Z".charCodeAt(0) };
type Part = typeof HOUR;

/** Days that were written, by their number modulo as many: entries beside one another are of a few. */
const DAYS_KEPT = 128;
const days = new Float64Array(DAYS_KEPT).fill(Number.NaN);
const dates = Buffer.alloc(DAYS_KEPT * DATE_CHARACTERS);

/** What is beyond the years that entries can have comes out as the nearest that they can. @returns where the next byte goes. */
export function writeTime(milliseconds: number, to: Uint8Array, at: number): number {
  const bounded = Math.min(Math.max(milliseconds, FIRST), LAST);
  const day = Math.floor(bounded / DAY_MS);
  const slot = (DAYS_KEPT + (day % DAYS_KEPT)) % DAYS_KEPT;
  const date = slot * DATE_CHARACTERS;
  if (days[slot] !== day) {
    dates.write(formatTimestamp(day * DAY_MS), date, DATE_CHARACTERS, "latin1");
    days[slot] = day;
  }
  for (let index = 0; index < DATE_CHARACTERS; index++) to[at + index] = dates[date + index] as number;
  const ofDay = bounded - day * DAY_MS;
  writePart(Math.floor(ofDay / 3_600_000), HOUR, to, at);
  writePart(Math.floor(ofDay / 60_000) % 60, MINUTE, to, at);
  writePart(Math.floor(ofDay / 1000) % 60, SECOND, to, at);
  writePart(ofDay % 1000, MILLISECOND, to, at);
  return at + TIME_CHARACTERS;
}

/** @returns NaN for what `writeTime` does not write. */
export function readTime(from: Uint8Array, at: number): number {
  if (at + TIME_CHARACTERS > from.length) return Number.NaN;
  const day = dayOf(from, at);
  const hour = readPart(HOUR, from, at);
  const minute = readPart(MINUTE, from, at);
  const second = readPart(SECOND, from, at);
  return day + hour * 3_600_000 + minute * 60_000 + second * 1000 + readPart(MILLISECOND, from, at);
}

/** The first instant of a date, by the calendar that `Date` has; NaN where there is no such one. */
function dayOf(from: Uint8Array, at: number): number {
  const year = 100 * pair(from, at) + pair(from, at + 2);
  const month = pair(from, at + 5);
  const day = pair(from, at + 8);
  const separated = from[at + 4] === HYPHEN && from[at + 7] === HYPHEN && from[at + 10] === T;
  if (!separated || !(month >= 1 && month <= 12)) return Number.NaN;
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const most = month === 2 && isLeap ? 29 : (MONTH_DAYS[month - 1] as number);
  if (!(day >= 1 && day <= most)) return Number.NaN;
  const leapDay = isLeap && month > 2 ? 1 : 0;
  // Leap years before this one, the year 0 among them.
  const leaps =
    year === 0 ? 0 : Math.floor((year + 3) / 4) - Math.floor((year + 99) / 100) + Math.floor((year + 399) / 400);
  return FIRST + (365 * year + leaps + (DAYS_BEFORE[month - 1] as number) + leapDay + day - 1) * DAY_MS;
}

function pair(from: Uint8Array, at: number): number {
  const [high, low] = [(from[at] as number) - ZERO, (from[at + 1] as number) - ZERO];
  return high >= 0 && high <= 9 && low >= 0 && low <= 9 ? 10 * high + low : Number.NaN;
}

function writePart(value: number, { at, digits, after }: Part, to: Uint8Array, from: number): void {
  let rest = value;
  for (let index = from + at + digits - 1; index >= from + at; index--) {
    to[index] = ZERO + (rest % 10);
    rest = Math.floor(rest / 10);
  }
  to[from + at + digits] = after;
}

function readPart({ at, digits, limit, after }: Part, from: Uint8Array, start: number): number {
  let value = 0;
  for (let index = start + at; index < start + at + digits; index++) {
    const digit = (from[index] as number) - ZERO;
    if (digit < 0 || digit > 9) return Number.NaN;
    value = value * 10 + digit;
  }
  return value < limit && from[start + at + digits] === after ? value : Number.NaN;
}
