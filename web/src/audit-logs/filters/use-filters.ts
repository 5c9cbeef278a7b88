import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useMemo, useState } from "react";
import { dayIn, isZone } from "../../time/zoned.ts";
import type { Clock } from "../time/range.ts";
import { activeFilters, type FilterName, type Filters, type Ignored, readFilters, withFilter } from "./filters.ts";

/** Newest first, or as a story is read. */
export type Order = "desc" | "asc";

/** What the address says besides the filters, as the address is to say it again. */
function beside(zone: string, defaultZone: string, order: Order): object {
  return { ...(zone !== defaultZone && { tz: zone }), ...(order === "asc" && { order }) };
}

function readOrder(given: unknown): { order: Order; ignored: Ignored[] } {
  const [first, ...further] = [given ?? []].flat().map(String);
  const order = first === "asc" ? "asc" : "desc";
  const wrong = first === undefined || first === "asc" || first === "desc" || first === "" ? [] : [first];
  return {
    order,
    ignored: [
      ...wrong.map((value): Ignored => ({ name: "order", value, reason: "none of asc and desc" })),
      ...further.map((value): Ignored => ({ name: "order", value, reason: "given more than once" })),
    ],
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
  /** Several at once; what is not named goes back to its default. The time zone and the order stay unless others are named. */
  readonly setAll: (filters: Filters, options?: { replace?: boolean; zone?: string; order?: Order }) => void;
  readonly setZone: (zone: string) => void;
  /** Of the rows, by time. */
  readonly order: Order;
  readonly setOrder: (order: Order) => void;
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
  const { filters, ignored, zone, order } = useMemo(() => {
    const read = readFilters(search);
    const { zone = defaultZone, ignored } = readZone(search.tz);
    const { order, ignored: orders } = readOrder(search.order);
    return { filters: read.filters, ignored: [...read.ignored, ...ignored, ...orders], zone, order };
  }, [search, defaultZone]);
  const today = dayIn(Date.now(), zone);
  const clock = useMemo(() => ({ now, today, zone }), [now, today, zone]);
  const setAll = useCallback<FilterState["setAll"]>(
    (next, { replace = false, zone: wanted = zone, order: wantedOrder = order } = {}) => {
      renew();
      void navigate({
        to: ".",
        search: { ...next, ...beside(wanted, defaultZone, wantedOrder) } as object,
        replace,
        resetScroll: false,
      });
    },
    [navigate, renew, zone, defaultZone, order],
  );
  const set = useCallback<FilterState["set"]>(
    (name, value, options) => setAll(withFilter(filters, name, value, clock), options),
    [filters, clock, setAll],
  );
  /** The same events, shown otherwise: the one that is open stays so. */
  const show = useCallback(
    (nextZone: string, nextOrder: Order) => {
      const { event } = search;
      const shown = event === undefined ? {} : { event };
      const others = beside(nextZone, defaultZone, nextOrder);
      void navigate({ to: ".", search: { ...filters, ...others, ...shown } as object, resetScroll: false });
    },
    [navigate, defaultZone, filters, search],
  );
  const setZone = useCallback((next: string) => show(next, order), [show, order]);
  const setOrder = useCallback((next: Order) => show(zone, next), [show, zone]);
  return { filters, active: activeFilters(filters), ignored, clock, set, setAll, setZone, order, setOrder, renew };
}
