import type { Day } from "./day.ts";

/** Instants as a clock on the wall shows them in an IANA time zone, and back. */

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const clocks = new Map<string, Intl.DateTimeFormat>();

function clock(zone: string): Intl.DateTimeFormat {
  let known = clocks.get(zone);
  if (known === undefined) {
    known = new Intl.DateTimeFormat("en-US", {
      timeZone: zone,
      hourCycle: "h23",
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
      era: "short",
    });
    clocks.set(zone, known);
  }
  return known;
}

/** Whether this browser knows the zone by its IANA name; offsets such as `+05:00` are not zones. */
export function isZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    clock(name);
    return true;
  } catch {
    return false;
  }
}

/** The zone this browser is set to. */
export function localZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** What a clock there shows, as if it were UTC: milliseconds since the epoch, whole seconds and the instant's own fraction. */
function wallMs(ms: number, zone: string): number {
  if (zone === "UTC") return ms;
  const parts: Record<string, string> = {};
  for (const { type, value } of clock(zone).formatToParts(ms)) parts[type] = value;
  const number = (type: string) => Number(parts[type] ?? 0);
  const wall = new Date(0);
  wall.setUTCFullYear(number("year"), number("month") - 1, number("day"));
  wall.setUTCHours(number("hour"), number("minute"), number("second"), ((ms % 1000) + 1000) % 1000);
  return wall.getTime();
}

/** `YYYY-MM-DDTHH:MM:SS.sss` as the clock there shows it. @param ms since the Unix epoch. */
export function wallTime(ms: number, zone: string): string {
  return new Date(wallMs(ms, zone)).toISOString().slice(0, -1);
}

/** The calendar day there. */
export function dayIn(ms: number, zone: string): Day {
  return wallTime(ms, zone).slice(0, 10);
}

/**
 * The instant at which the clock there shows a time. Where it shows it twice, the first; where clocks go forward past it, the instant
 * they go forward.
 * @param wall `YYYY-MM-DD` (its midnight), or with `THH:MM`, seconds or milliseconds after it.
 */
export function instantOf(wall: string, zone: string): number {
  const target = Date.parse(`${wall.length === 10 ? `${wall}T00:00` : wall}Z`);
  if (zone === "UTC") return target;
  const offsets = [-DAY_MS, 0, DAY_MS].map((near) => wallMs(target + near, zone) - (target + near));
  const found = offsets.map((offset) => target - offset).filter((ms) => wallMs(ms, zone) === target);
  if (found.length > 0) return Math.min(...found);
  // In the gap: halve towards the first instant that shows a later time.
  let [before, after] = [target - DAY_MS, target + DAY_MS];
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (wallMs(middle, zone) < target) before = middle;
    else after = middle;
  }
  return after;
}

/** How far the zone is from UTC at an instant: `+01:00`, or `Z`. */
export function offsetOf(ms: number, zone: string): string {
  const minutes = Math.round((wallMs(ms, zone) - ms) / 60_000);
  if (minutes === 0) return "Z";
  const digits = (value: number) => String(value).padStart(2, "0");
  const away = Math.abs(minutes);
  return `${minutes < 0 ? "-" : "+"}${digits(Math.floor(away / 60))}:${digits(away % 60)}`;
}

/** "UTC", or the zone's offset at an instant as "UTC+1", "UTC+5:30". */
export function offsetName(ms: number, zone: string): string {
  const offset = offsetOf(ms, zone);
  if (offset === "Z") return "UTC";
  const [hours = "", minutes = ""] = offset.slice(1).split(":");
  return `UTC${offset[0] === "-" ? "\u2212" : "+"}${Number(hours)}${minutes === "00" ? "" : `:${minutes}`}`;
}
