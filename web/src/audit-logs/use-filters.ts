import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useMemo, useState } from "react";
import { dayIn, isZone } from "../time/zoned.ts";
import { activeFilters, type FilterName, type Filters, type Ignored, readFilters, withFilter } from "./filters.ts";
import type { Clock } from "./range.ts";

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
  /** Several at once; what is not named goes back to its default. The time zone stays unless another one is named. */
  readonly setAll: (filters: Filters, options?: { replace?: boolean; zone?: string }) => void;
  readonly setZone: (zone: string) => void;
  /** Lets "the last hour" end now. */
  readonly renew: () => void;
}

/** What the address says of the time zone, where it says something that can be meant. */
function readZone(tz: unknown): { zone?: string; ignored: Ignored[] } {
  const [first, ...further] = [tz ?? []].flat();
  const twice = further.map((value): Ignored => ({ name: "tz", value: String(value), reason: "given more than once" }));
  if (typeof first !== "string" || first === "") return { ignored: twice };
  if (isZone(first)) return { zone: first, ignored: twice };
  return { ignored: [{ name: "tz", value: first, reason: "not a time zone" }, ...twice] };
}

/** The filters live in the address alone; setting one is going to another address. */
export function useFilters(defaultZone: string): FilterState {
  const search = useSearch({ strict: false });
  const navigate = useNavigate();
  const [now, setNow] = useState(Date.now);
  const renew = useCallback(() => setNow(Date.now()), []);
  const { filters, ignored, zone } = useMemo(() => {
    const read = readFilters(search);
    const { zone = defaultZone, ignored } = readZone(search.tz);
    return { filters: read.filters, ignored: [...read.ignored, ...ignored], zone };
  }, [search, defaultZone]);
  const today = dayIn(Date.now(), zone);
  const clock = useMemo(() => ({ now, today, zone }), [now, today, zone]);
  const setAll = useCallback<FilterState["setAll"]>(
    (next, { replace = false, zone: wanted = zone } = {}) => {
      renew();
      const tz = wanted === defaultZone ? undefined : wanted;
      void navigate({
        to: ".",
        search: { ...next, ...(tz !== undefined && { tz }) } as object,
        replace,
        resetScroll: false,
      });
    },
    [navigate, renew, zone, defaultZone],
  );
  const set = useCallback<FilterState["set"]>(
    (name, value, options) => setAll(withFilter(filters, name, value, clock), options),
    [filters, clock, setAll],
  );
  const setZone = useCallback(
    (next: string) => {
      const tz = next === defaultZone ? {} : { tz: next };
      // The event that is shown stays so: only its times are written differently.
      const { event } = search;
      const shown = event === undefined ? {} : { event };
      void navigate({ to: ".", search: { ...filters, ...tz, ...shown } as object, resetScroll: false });
    },
    [navigate, defaultZone, filters, search],
  );
  return { filters, active: activeFilters(filters), ignored, clock, set, setAll, setZone, renew };
}
