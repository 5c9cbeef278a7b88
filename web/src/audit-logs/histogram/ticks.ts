import { addDays } from "../../time/day.ts";
import { dayIn, instantOf, wallTime } from "../../time/zoned.ts";

/** A mark below the histogram. */
export interface Tick {
  /** 0 at the left end, 1 at the right one. */
  readonly at: number;
  readonly label: string;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** So many labels have room beside the two at the ends. */
const TICKS_MAX = 5;
const DAY_STEPS = [1, 2, 7, 14, 30, 90, 365];
const HOUR_STEPS = [1 / 12, 1 / 4, 1, 3, 6, 12];
/** No closer to an end, where the range itself is written. */
const END_ROOM = 0.16;

/** Ticks where days begin on the clock of the zone, or hours where the range is shorter than two days. */
export function histogramTicks(start: number, end: number, zone: string): readonly Tick[] {
  const length = end - start;
  if (length <= 0) return [];
  const ticks = length < 2 * DAY_MS ? hourTicks(start, end, zone) : dayTicks(start, end, zone);
  return ticks
    .map(({ ms, label }) => ({ at: (ms - start) / length, label }))
    .filter(({ at }) => at >= END_ROOM && at <= 1 - END_ROOM);
}

interface Instant {
  readonly ms: number;
  readonly label: string;
}

function dayTicks(start: number, end: number, zone: string): Instant[] {
  const days = (end - start) / DAY_MS;
  const step = DAY_STEPS.find((one) => days / one <= TICKS_MAX + 2) ?? Math.ceil(days / TICKS_MAX);
  const ticks: Instant[] = [];
  for (let day = addDays(dayIn(start, zone), 1); ; day = addDays(day, step)) {
    const ms = instantOf(day, zone);
    if (ms >= end) return ticks;
    ticks.push({ ms, label: day.slice(5) });
  }
}

function hourTicks(start: number, end: number, zone: string): Instant[] {
  const step = (HOUR_STEPS.find((one) => (end - start) / HOUR_MS / one <= TICKS_MAX + 2) ?? 12) * HOUR_MS;
  const midnight = instantOf(dayIn(start, zone), zone);
  const ticks: Instant[] = [];
  for (let ms = midnight + Math.ceil((start - midnight) / step) * step; ms < end; ms += step) {
    const wall = wallTime(ms, zone);
    ticks.push({ ms, label: wall.slice(11, 16) === "00:00" ? wall.slice(5, 10) : wall.slice(11, 16) });
  }
  return ticks;
}
