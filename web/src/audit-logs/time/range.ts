import { type Bound, boundMs, boundText, instantBound } from "../../time/bound.ts";
import { addDays, type Day } from "../../time/day.ts";

/** Ranges that stay relative: hours go back from this minute, days from today, which is included. */
export const PRESETS = ["1h", "24h", "7d", "30d", "90d"] as const;
export type Preset = (typeof PRESETS)[number];
/** What holds when nothing is said. */
export const DEFAULT_PRESET = "30d" satisfies Preset;

export const PRESET_NAMES: Readonly<Record<Preset, string>> = {
  "1h": "Last hour",
  "24h": "Last 24 hours",
  "7d": "Last 7 days",
  "30d": "Last 30 days",
  "90d": "Last 90 days",
};

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

export function isPreset(text: string): text is Preset {
  return (PRESETS as readonly string[]).includes(text);
}

/** What relative ranges are reckoned from. */
export interface Clock {
  /** Milliseconds since the Unix epoch; stands still until filters change or newer events are asked for. */
  readonly now: number;
  /** The day it is in the page's zone. */
  readonly today: Day;
  /** IANA name. */
  readonly zone: string;
}

export interface Range {
  readonly start: Bound;
  /** Undefined: up to now, and what comes. */
  readonly end: Bound | undefined;
}

export function presetRange(preset: Preset, { now, today }: Clock): Range {
  const count = Number(preset.slice(0, -1));
  if (preset.endsWith("d")) return { start: addDays(today, 1 - count), end: today };
  const minute = Math.floor(now / MINUTE_MS) * MINUTE_MS;
  return { start: instantBound(minute - count * HOUR_MS), end: undefined };
}

/** What says the range. */
export interface RangeFilters {
  readonly range?: Preset;
  readonly start?: Bound;
  readonly end?: Bound;
}

/**
 * By default the last 30 days, today being one of them; an end before all of those takes its own 30 days with it, so that a default
 * never makes the range run backwards.
 */
export function resolveRange({ range, start, end }: RangeFilters, clock: Clock): Range {
  const relative = presetRange(range ?? DEFAULT_PRESET, clock);
  if (start === undefined && end === undefined) return relative;
  const last = end ?? clock.today;
  if (start !== undefined) return { start, end: last };
  const days = presetRange(DEFAULT_PRESET, clock).start;
  const runsBackwards = boundMs(last, clock.zone, "end") <= boundMs(days, clock.zone, "start");
  return {
    start: runsBackwards ? presetRange(DEFAULT_PRESET, { ...clock, today: last.slice(0, 10) }).start : days,
    end: last,
  };
}

export function isBackwards({ start, end }: Range, { zone }: Clock): boolean {
  return end !== undefined && boundMs(start, zone, "start") >= boundMs(end, zone, "end");
}

/** The same range, saying the same tomorrow: every bound named. */
export function pinnedRange(filters: RangeFilters, clock: Clock): { start: Bound; end: Bound } {
  const { start, end } = resolveRange(filters, clock);
  return { start, end: end ?? instantBound(Math.ceil(clock.now / 1000) * 1000) };
}

export function isRelative({ start, end }: RangeFilters): boolean {
  return start === undefined || end === undefined;
}

/** The range for the eye: "2026-11-01 – 2026-11-22", or the preset's name. */
export function rangeText(filters: RangeFilters, clock: Clock): string {
  if (filters.start === undefined && filters.end === undefined) return PRESET_NAMES[filters.range ?? DEFAULT_PRESET];
  const { start, end } = resolveRange(filters, clock);
  return `${boundText(start, clock.zone)} – ${end === undefined ? "now" : boundText(end, clock.zone)}`;
}
