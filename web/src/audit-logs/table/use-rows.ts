import { useMemo } from "react";
import type { Total } from "../../api/events.ts";
import type { LiveState } from "../live/use-live.ts";
import { CLIENT_ROWS_MAX, type EventsState } from "../use-events.ts";
import { mergeRows } from "./merge-rows.ts";

/** A count and so many more; where counting stopped, a few more make no difference to what is known. */
export function withArrived(total: Total | undefined, arrived: number): Total | undefined {
  return total?.relation === "eq" ? { ...total, value: total.value + arrived } : total;
}

/** The events of the pages and what came since as one list, with one count. */
export function useRows(
  events: EventsState,
  { arrived, overflowed }: Pick<LiveState, "arrived" | "overflowed">,
): EventsState {
  const { events: paged, total, more, stale } = events;
  const live = stale ? NONE : arrived;
  const complete = !more.available && !more.capped;
  const rows = useMemo(() => mergeRows(paged, live, { complete, max: CLIENT_ROWS_MAX }), [paged, live, complete]);
  const full = rows.length >= CLIENT_ROWS_MAX;
  return {
    ...events,
    events: rows,
    total: withArrived(total, live.length),
    more: {
      ...more,
      available: more.available && !full,
      capped: more.capped || overflowed || (full && paged.length + live.length > CLIENT_ROWS_MAX),
    },
  };
}

const NONE: LiveState["arrived"] = [];
