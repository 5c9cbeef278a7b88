import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useMemo, useState } from "react";
import { dayIn } from "../../time/zoned.ts";
import type { Grouping } from "../grouped/grouping.ts";
import type { Clock } from "../time/range.ts";
import { activeFilters, type FilterName, type Filters, type Ignored, withFilter } from "./filters.ts";
import { type Order, readSearch, type Shown } from "./read-search.ts";

/** As the address is to say it again. */
function beside({ zone, order, grouping }: Shown, defaultZone: string): object {
  return {
    ...(zone !== defaultZone && { tz: zone }),
    ...(order === "asc" && { order }),
    ...(grouping !== undefined && { group: grouping }),
  };
}

export interface FilterState {
  readonly filters: Filters;
  readonly active: readonly FilterName[];
  readonly ignored: readonly Ignored[];
  /** What relative ranges are reckoned from, and the zone of days. */
  readonly clock: Clock;
  /** @param options.replace when this continues the previous change, as typing does: Back then undoes all of it. */
  readonly set: <Name extends FilterName>(
    name: Name,
    value: Filters[Name] | "",
    options?: { replace: boolean },
  ) => void;
  /** Several at once; what is not named goes back to its default. How they are shown stays unless it is named. */
  readonly setAll: (filters: Filters, options?: { replace?: boolean } & Partial<Shown>) => void;
  readonly setZone: (zone: string) => void;
  /** Of the rows, by time. */
  readonly order: Order;
  readonly setOrder: (order: Order) => void;
  /** What the events are counted by instead of listed; undefined for rows. */
  readonly grouping: Grouping | undefined;
  readonly setGrouping: (by: Grouping | undefined) => void;
  /** Lets "the last hour" end now. */
  readonly renew: () => void;
}

/** The filters live in the address alone; setting one is going to another address. */
export function useFilters(defaultZone: string): FilterState {
  const search = useSearch({ strict: false });
  const navigate = useNavigate();
  const [now, setNow] = useState(Date.now);
  const renew = useCallback(() => setNow(Date.now()), []);
  const { filters, ignored, shown } = useMemo(() => readSearch(search, defaultZone), [search, defaultZone]);
  const { zone, order, grouping } = shown;
  const today = dayIn(Date.now(), zone);
  const clock = useMemo(() => ({ now, today, zone }), [now, today, zone]);
  const setAll = useCallback<FilterState["setAll"]>(
    (next, { replace = false, ...others } = {}) => {
      renew();
      void navigate({
        to: ".",
        search: { ...next, ...beside({ ...shown, ...others }, defaultZone) } as object,
        replace,
        resetScroll: false,
      });
    },
    [navigate, renew, shown, defaultZone],
  );
  const set = useCallback<FilterState["set"]>(
    (name, value, options) => setAll(withFilter(filters, name, value, clock), options),
    [filters, clock, setAll],
  );
  /** The same events, shown otherwise: the one that is open stays so. */
  const show = useCallback(
    (others: Partial<Shown>) => {
      const { event } = search;
      const opened = event === undefined ? {} : { event };
      const next = beside({ ...shown, ...others }, defaultZone);
      void navigate({ to: ".", search: { ...filters, ...next, ...opened } as object, resetScroll: false });
    },
    [navigate, defaultZone, filters, search, shown],
  );
  const setZone = useCallback((next: string) => show({ zone: next }), [show]);
  const setOrder = useCallback((next: Order) => show({ order: next }), [show]);
  const setGrouping = useCallback((next: Grouping | undefined) => show({ grouping: next }), [show]);
  const active = activeFilters(filters);
  return { filters, active, ignored, clock, set, setAll, setZone, order, setOrder, grouping, setGrouping, renew };
}
