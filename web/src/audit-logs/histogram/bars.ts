import type { LoggedEvent } from "../../api/events.ts";
import type { Histogram } from "../../api/facets.ts";
import { type BadgeVariant, badgeVariant } from "../event/badge-variant.ts";

/** What the badges tell apart, in the order the bars are stacked from the bottom. */
export const SERIES = ["default", "destructive", "secondary", "outline"] as const satisfies readonly BadgeVariant[];

export const SERIES_NAMES: Readonly<Record<BadgeVariant, string>> = {
  default: "Auth",
  destructive: "API key",
  secondary: "Knowledge, message",
  outline: "Channel, database, other",
};

export interface Bar {
  /** Milliseconds since the Unix epoch; the end is not included. */
  readonly start: number;
  readonly end: number;
  readonly total: number;
  /** Of each series, in its order. */
  readonly counts: readonly number[];
  /** Those of them that failed or were denied. */
  readonly failures: number;
}

export function toBars({ interval_ms: interval, buckets }: Histogram): readonly Bar[] {
  return buckets.map(({ start, counts, failures }) => {
    const perSeries = SERIES.map(() => 0);
    for (const [family, count] of Object.entries(counts)) {
      const place = SERIES.indexOf(badgeVariant(family));
      perSeries[place] = (perSeries[place] ?? 0) + count;
    }
    const from = Date.parse(start);
    return {
      start: from,
      end: from + interval,
      counts: perSeries,
      failures,
      total: perSeries.reduce((sum, count) => sum + count, 0),
    };
  });
}

function isFailure(outcome: string): boolean {
  return outcome === "failure" || outcome === "denied";
}

/** The bars with events that came since they were counted; an event after the last bar begins another of the same length. */
export function withArrived(
  bars: readonly Bar[],
  arrived: readonly Pick<LoggedEvent, "timestamp" | "action" | "outcome">[],
) {
  const last = bars.at(-1);
  if (last === undefined || arrived.length === 0) return bars;
  const next = bars.map((bar) => ({ ...bar, counts: [...bar.counts] }));
  const interval = last.end - last.start;
  for (const { timestamp, action, outcome } of arrived) {
    const at = Date.parse(timestamp);
    for (let end = next.at(-1)?.end ?? at; at >= end; end += interval) {
      next.push({ start: end, end: end + interval, total: 0, counts: SERIES.map(() => 0), failures: 0 });
    }
    const bar = next.findLast(({ start }) => start <= at);
    const place = SERIES.indexOf(badgeVariant(action));
    if (bar === undefined) continue;
    bar.total += 1;
    if (isFailure(outcome)) bar.failures += 1;
    bar.counts[place] = (bar.counts[place] ?? 0) + 1;
  }
  return next;
}

/** Several bars as one. @param first, last indexes, both included, in any order. */
export function joined(bars: readonly Bar[], first: number, last: number): Bar | undefined {
  const part = bars.slice(Math.min(first, last), Math.max(first, last) + 1);
  const [head, tail] = [part[0], part.at(-1)];
  if (head === undefined || tail === undefined) return undefined;
  return {
    start: head.start,
    end: tail.end,
    total: part.reduce((sum, { total }) => sum + total, 0),
    counts: SERIES.map((_, place) => part.reduce((sum, { counts }) => sum + (counts[place] ?? 0), 0)),
    failures: part.reduce((sum, { failures }) => sum + failures, 0),
  };
}

/** Of the highest bar; at least 1. */
export function highest(bars: readonly Bar[]): number {
  return Math.max(1, ...bars.map(({ total }) => total));
}

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;

/** A stretch as it becomes the range: widened to whole minutes, or seconds where bars are short. */
export function rounded({ start, end }: Pick<Bar, "start" | "end">, barMs: number): { start: number; end: number } {
  const step = barMs >= 5 * MINUTE_MS ? MINUTE_MS : SECOND_MS;
  return { start: Math.floor(start / step) * step, end: Math.ceil(end / step) * step };
}

/**
 * How high each part of a bar is drawn, from the bottom up: in proportion, but none so low that it could not be seen; what that takes
 * comes off the highest part, so that no bar is higher than it should be.
 * @param max what fills the height. @param least of a part that has any events.
 */
export function partHeights({ counts, total }: Bar, max: number, height: number, least: number): readonly number[] {
  const heights = counts.map((count) => (count === 0 ? 0 : Math.max(least, (count / max) * height)));
  const sum = heights.reduce((all, one) => all + one, 0);
  const parts = counts.filter((count) => count > 0).length;
  const excess = sum - Math.max((total / max) * height, parts * least);
  const highestPart = heights.indexOf(Math.max(...heights));
  return heights.map((one, place) => (place === highestPart && one > 0 ? Math.max(least, one - excess) : one));
}
