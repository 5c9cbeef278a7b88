import type { Filter } from "../api/alerts.ts";
import { readViewQuery } from "../audit-logs/filters/view-query.ts";

/** What a saved view says of time and of other events, which no event by itself can be compared with. */
const NOT_OF_ONE_EVENT = ["start", "end", "range", "as_of", "since", "first_seen"];

/** A saved view's filters as an alert takes them, and what of them it leaves out. */
export function filterOfView(query: string): { readonly filter: Filter; readonly leftOut: readonly string[] } {
  const { filters, tz } = readViewQuery(query);
  const all = Object.entries(filters);
  const kept = all.filter(([name]) => !NOT_OF_ONE_EVENT.includes(name));
  const usesZone = kept.some(([name]) => name.endsWith("time_of_day") || name === "weekday");
  return {
    filter: { ...Object.fromEntries(kept), ...(usesZone && tz !== undefined && { tz }) },
    leftOut: all.filter(([name]) => NOT_OF_ONE_EVENT.includes(name)).map(([name]) => name),
  };
}
