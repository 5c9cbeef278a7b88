/** RFC 3339 `date-time`: any offset, any number of fraction digits. */
const RFC_3339 = /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:[Zz]|([-+])(\d\d):(\d\d))$/;

/**
 * Milliseconds since the Unix epoch of an RFC 3339 timestamp, or undefined when it is not one. Digits finer than a millisecond
 * are truncated. A leap second, which the epoch's count leaves out, is the last millisecond before it.
 */
export function parseTimestamp(text: string): number | undefined {
  return parseReturned(text) ?? parseAny(text);
}

/** Whether a timestamp is in the form that `formatTimestamp` gives. */
export function isReturnedForm(text: string): boolean {
  return text.length === RETURNED_LENGTH && text[10] === "T" && text[23] === "Z";
}

const RETURNED_LENGTH = "2026-01-31T13:45:00.000Z".length;
const DAY_MS = 86_400_000;

/** A timestamp in the form that `formatTimestamp` gives, read without an object: most clients send this one. */
function parseReturned(text: string): number | undefined {
  if (!isReturnedForm(text) || text[4] !== "-" || text[7] !== "-") return undefined;
  if (text[13] !== ":" || text[16] !== ":" || text[19] !== ".") return undefined;
  const year = 100 * pair(text, 0) + pair(text, 2);
  const month = pair(text, 5);
  const day = pair(text, 8);
  const [hour, minute, second] = [pair(text, 11), pair(text, 14), pair(text, 17)];
  const millisecond = 10 * pair(text, 20) + digit(text, 22);
  // A character that is not a digit makes its number NaN, and every comparison false.
  if (!(year >= 0 && hour <= 23 && minute <= 59 && second <= 59 && millisecond >= 0)) return undefined;
  if (!(month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month))) return undefined;
  return startOf(year, month, day) + ((hour * 60 + minute) * 60 + second) * 1000 + millisecond;
}

function pair(text: string, at: number): number {
  return 10 * digit(text, at) + digit(text, at + 1);
}

function digit(text: string, at: number): number {
  const value = text.charCodeAt(at) - 0x30;
  return value >= 0 && value <= 9 ? value : Number.NaN;
}

function daysIn(year: number, month: number): number {
  if (month !== 2) return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
}

/** Midnight of the day, in milliseconds since the Unix epoch; days by the Gregorian calendar, years beginning in March. */
function startOf(year: number, month: number, day: number): number {
  const shifted = month > 2 ? year : year - 1;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  const leapDays = Math.floor(shifted / 4) - Math.floor(shifted / 100) + Math.floor(shifted / 400);
  return (shifted * 365 + leapDays + dayOfYear - DAYS_TO_EPOCH) * DAY_MS;
}

/** From 1 March of the year 0 to 1 January 1970. */
const DAYS_TO_EPOCH = 719_468;

function parseAny(text: string): number | undefined {
  const match = RFC_3339.exec(text);
  if (!match) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const offsetHours = Number(match[9] ?? 0);
  const offsetMinutes = Number(match[10] ?? 0);
  if (hour > 23 || minute > 59 || second > 60 || offsetHours > 23 || offsetMinutes > 59) return undefined;
  const midnight = new Date(0);
  midnight.setUTCFullYear(year, month - 1, day);
  if (midnight.getUTCMonth() !== month - 1 || midnight.getUTCDate() !== day) return undefined;
  const milliseconds = Number((match[7] ?? "").slice(0, 3).padEnd(3, "0"));
  const offset = (match[8] === "-" ? -1 : 1) * (offsetHours * 60 + offsetMinutes);
  const minutes = hour * 60 + minute - offset;
  const start = midnight.getTime() + minutes * 60_000;
  if (second < 60) return start + second * 1000 + milliseconds;
  // It is added at the end of a day, in UTC.
  return (start + 60_000) % DAY_MS === 0 ? start + 59_999 : undefined;
}

/** RFC 3339 in UTC with exactly three fraction digits: the one form in which Daybook stores and returns an instant. */
export function formatTimestamp(milliseconds: number): string {
  if (milliseconds !== formatted.milliseconds) formatted = { milliseconds, text: new Date(milliseconds).toISOString() };
  return formatted.text;
}

/** The last one: all events of a batch are recorded at the same time. */
let formatted = { milliseconds: Number.NaN, text: "" };
