/** When something happened as a clock and a calendar on the wall of a time zone show it. */

export const WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
export type Weekday = (typeof WEEKDAYS)[number];

export interface LocalTime {
  readonly minuteOfDay: number;
  readonly weekday: Weekday;
}

/**
 * From the first minute on, up to but without the second. One that ends before it begins goes over midnight. The days are those of the
 * instant itself, also behind midnight; absent: every day.
 */
export interface TimeOfDay {
  readonly days?: readonly Weekday[];
  readonly from: number;
  readonly to: number;
}

const DAY = WEEKDAYS.join("|");
const TIME_OF_DAY = new RegExp(
  `^(?:(${DAY})(?:-(${DAY}))? )?([01]\\d|2[0-3]):([0-5]\\d)-(?:([01]\\d|2[0-3]):([0-5]\\d)|(24):(00))$`,
);

/** Reads `18:00-08:00` or `mon-fri 08:00-18:00`; undefined when it is not of that form, or both times are the same. */
export function parseTimeOfDay(text: string): TimeOfDay | undefined {
  const parts = TIME_OF_DAY.exec(text);
  if (parts === null) return undefined;
  const [, first, last = first] = parts as (string | undefined)[] as (Weekday | undefined)[];
  const [from, to] = [minutes(parts[3], parts[4]), minutes(parts[5] ?? parts[7], parts[6] ?? parts[8])];
  if (from === to) return undefined;
  return { from, to, ...(first !== undefined && last !== undefined && { days: daysFrom(first, last) }) };
}

/** Both included; a week can end before it begins, such as `sun-thu`. */
function daysFrom(first: Weekday, last: Weekday): readonly Weekday[] {
  const [start, end] = [WEEKDAYS.indexOf(first), WEEKDAYS.indexOf(last)];
  return WEEKDAYS.filter((_, at) => (start <= end ? at >= start && at <= end : at >= start || at <= end));
}

export function isWithin({ days, from, to }: TimeOfDay, { minuteOfDay, weekday }: LocalTime): boolean {
  if (days?.includes(weekday) === false) return false;
  return from < to ? minuteOfDay >= from && minuteOfDay < to : minuteOfDay >= from || minuteOfDay < to;
}

/** @param timestamp RFC 3339. @param zone an IANA time zone. @throws RangeError when it is not one. */
export function localTime(timestamp: string, zone: string): LocalTime {
  const parts = clockOf(zone).formatToParts(new Date(timestamp));
  const part = (type: string) => parts.find((one) => one.type === type)?.value;
  return {
    minuteOfDay: minutes(part("hour"), part("minute")),
    weekday: part("weekday")?.toLowerCase() as Weekday,
  };
}

function minutes(hour = "", minute = ""): number {
  return Number(hour) * 60 + Number(minute);
}

/** Making a formatter takes a thousand times as long as using it. */
const clocks = new Map<string, Intl.DateTimeFormat>();
const CLOCKS_MAX = 64;

function clockOf(timeZone: string): Intl.DateTimeFormat {
  const known = clocks.get(timeZone);
  if (known !== undefined) return known;
  const clock = new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
    hour: "2-digit",
    minute: "2-digit",
    weekday: "short",
  });
  if (clocks.size >= CLOCKS_MAX) clocks.clear();
  clocks.set(timeZone, clock);
  return clock;
}
