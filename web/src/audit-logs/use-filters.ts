import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useMemo } from "react";
import { today as currentDay, type Day } from "../time/day.ts";
import { isZone } from "../time/zoned.ts";
import { activeFilters, type FilterName, type Filters, type Ignored, readFilters, withFilter } from "./filters.ts";

export interface FilterState {
  readonly filters: Filters;
  readonly active: readonly FilterName[];
  readonly ignored: readonly Ignored[];
  /** The day the default range ends on. */
  readonly today: Day;
  /** @param options.replace when this continues the previous change, as typing does: Back then undoes all of it. */
  readonly set: (name: FilterName, value: string, options?: { replace: boolean }) => void;
  /** Several at once; what is not named goes back to its default. */
  readonly setAll: (filters: Filters) => void;
  /** IANA name of the zone that days and times are in. */
  readonly zone: string;
  readonly setZone: (zone: string) => void;
}

/** The filters live in the address alone; setting one is going to another address. */
export function useFilters(defaultZone: string): FilterState {
  const search = useSearch({ strict: false });
  const zone = typeof search.tz === "string" && isZone(search.tz) ? search.tz : defaultZone;
  const navigate = useNavigate();
  const today = currentDay();
  const { filters, ignored } = useMemo(() => readFilters(search), [search]);
  const setAll = useCallback(
    (next: Filters, replace = false) => void navigate({ to: ".", search: next, replace, resetScroll: false }),
    [navigate],
  );
  const set = useCallback<FilterState["set"]>(
    (name, value, options) => setAll(withFilter(filters, name, value, today), options?.replace),
    [filters, today, setAll],
  );
  const setZone = useCallback(
    (next: string) => {
      const tz = next === defaultZone ? {} : { tz: next };
      void navigate({ to: ".", search: ({ tz: _tz, ...others }) => ({ ...others, ...tz }), resetScroll: false });
    },
    [navigate, defaultZone],
  );
  return { zone, setZone, filters, active: activeFilters(filters), ignored, today, set, setAll };
}
