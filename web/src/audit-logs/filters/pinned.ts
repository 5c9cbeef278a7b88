import { stringifySearch } from "../../url-parameters.ts";
import { type Clock, pinnedRange } from "../time/range.ts";
import type { Filters } from "./filters.ts";

/** The filters with every relative time made absolute. */
export function withPinnedDates(filters: Filters, clock: Clock): Filters {
  const { range: _range, ...others } = filters;
  return { ...others, ...pinnedRange(filters, clock) };
}

interface PinnedLink {
  /** The page's own address. */
  readonly location: { readonly origin: string; readonly pathname: string; readonly search: string };
  readonly filters: Filters;
  readonly clock: Clock;
  /** A position, `indexed_through` of what is shown: nothing recorded later will show. */
  readonly asOf: string;
}

/** An address that shows the same rows at any later time, whatever is recorded meanwhile: dates, zone and position are fixed. */
export function pinnedHref({ location, filters, clock, asOf }: PinnedLink): string {
  const org = new URLSearchParams(location.search).get("org");
  // A link that was pinned before stays as of its own time.
  const pinned = { as_of: asOf, ...withPinnedDates(filters, clock) };
  const search = stringifySearch({ ...(org !== null && { org }), ...pinned, tz: clock.zone });
  return `${location.origin}${location.pathname}${search}`;
}
