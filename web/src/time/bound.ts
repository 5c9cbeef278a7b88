import { addDays, type Day, isDay } from "./day.ts";
import { instantOf, wallTime } from "./zoned.ts";

/** One side of a range: a day (which as an end is included), or an RFC 3339 instant in UTC (which as an end is not). */
export type Bound = Day | string;

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?Z$/;
const TYPED = /^(\d{4}-\d\d-\d\d)(?:[ T]+(\d\d:\d\d(?::\d\d)?))?$/;

/** Whether it is a day or an instant, of the years that events may have. */
export function isBound(text: string): boolean {
  const year = Number(text.slice(0, 4));
  if (year < 1970 || year > 2199) return false;
  if (!INSTANT.test(text)) return isDay(text);
  return isDay(text.slice(0, 10)) && Number.isFinite(Date.parse(text));
}

/** An instant as a bound, to the second where that is exact. @param ms since the Unix epoch. */
export function instantBound(ms: number): Bound {
  return new Date(ms).toISOString().replace(".000Z", "Z");
}

/** Where the range begins, or the instant before which it ends: milliseconds since the Unix epoch. */
export function boundMs(bound: Bound, zone: string, side: "start" | "end"): number {
  if (!isDay(bound)) return Date.parse(bound);
  return instantOf(side === "end" ? addDays(bound, 1) : bound, zone);
}

/** An instant as the shortest bound that says it: a day where it lies between days. */
export function shortestBound(ms: number, zone: string, side: "start" | "end"): Bound {
  const day = wallTime(side === "end" ? ms - 1 : ms, zone).slice(0, 10);
  return boundMs(day, zone, side) === ms ? day : instantBound(ms);
}

/** As it is written and typed in a zone: `YYYY-MM-DD`, with ` HH:MM` or ` HH:MM:SS` after it for an instant. */
export function boundText(bound: Bound, zone: string): string {
  if (isDay(bound)) return bound;
  const wall = wallTime(Date.parse(bound), zone).replace("T", " ").slice(0, 19);
  return wall.endsWith(":00") ? wall.slice(0, 16) : wall;
}

/** The bound that a text means in a zone; undefined when it means none. */
export function readBound(text: string, zone: string): Bound | undefined {
  const [, day = "", time] = TYPED.exec(text.trim()) ?? [];
  if (!isBound(day)) return undefined;
  if (time === undefined) return day;
  if (!Number.isFinite(Date.parse(`${day}T${time}Z`))) return undefined;
  return instantBound(instantOf(`${day}T${time}`, zone));
}
