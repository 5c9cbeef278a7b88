import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useCallback, useMemo, useState } from "react";
import { type EventsPage, fetchEvents, type LogItem, type Total } from "../api/events.ts";
import { asProblem, type Problem } from "../api/problem.ts";
import type { Order } from "./filters/read-search.ts";
import { useLogAccess } from "./log-access.ts";

interface PageParam {
  readonly cursor: string | undefined;
  readonly limit: number;
}

/** The first page is there soon; whoever goes on reading gets more at once. */
export const FIRST_PAGE: PageParam = { cursor: undefined, limit: 100 };
const PAGE_ROWS = 250;
/** More than this many rows help nobody read; the page says so and the export has them all. */
export const CLIENT_ROWS_MAX = 10_000;
const FORGET_AFTER_MS = 60_000;

let readings = 0;

function newReading(): number {
  readings += 1;
  return readings;
}

export interface EventsState {
  readonly events: readonly LogItem[];
  /** Undefined until the first answer. */
  readonly total: Total | undefined;
  /** The log's position these were read as of; undefined until the current query is answered. */
  readonly position: string | undefined;
  /** The events are those of an earlier query, shown until the current one is answered. */
  readonly stale: boolean;
  /** What that earlier query asked for is what the current one does: they are only older. */
  readonly sameQuery: boolean;
  /** The first page of the current query is on its way. */
  readonly loading: boolean;
  readonly problem: Problem | undefined;
  /** Why the server could not answer yet; it is being asked again. */
  readonly waitingFor: Problem | undefined;
  readonly retry: () => void;
  /** Asks for what is newest. */
  readonly refresh: () => void;
  readonly more: { available: boolean; loading: boolean; failed: boolean; capped: boolean; load: () => void };
}

function rowCount(pages: readonly EventsPage[]): number {
  return pages.reduce((rows, page) => rows + page.data.length, 0);
}

/**
 * The events of a query, page by page. What was shown stays until there is something to show instead, also when a query fails.
 * @param query undefined while there is nothing to ask.
 */
export function useEvents(query: URLSearchParams | undefined, order: Order = "desc"): EventsState {
  const access = useLogAccess();
  // Another visit to the page asks again: what was done on the pages between is to be seen.
  const [reading, setReading] = useState(newReading);
  const key = query?.toString();
  const tenant = query?.get("tenant_id");
  const result = useInfiniteQuery({
    queryKey: ["events", access.key, key, order, reading],
    queryFn: ({ pageParam, signal }) =>
      fetchEvents(access.request, new URLSearchParams(key), { ...pageParam, order, signal }),
    initialPageParam: FIRST_PAGE,
    getNextPageParam: ({ next_cursor: cursor }, pages) => {
      const limit = Math.min(PAGE_ROWS, CLIENT_ROWS_MAX - rowCount(pages));
      return cursor === null || limit <= 0 ? undefined : { cursor, limit };
    },
    enabled: key !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: FORGET_AFTER_MS,
  });
  const current = result.data?.pages;
  const [shown, setShown] = useState<{ tenant: string; key: string; pages: readonly EventsPage[] }>();
  if (current && tenant && key !== undefined && shown?.pages !== current) setShown({ tenant, key, pages: current });
  const pages = current ?? (shown && (tenant === undefined || shown.tenant === tenant) ? shown.pages : undefined);
  const events = useMemo(() => pages?.flatMap((page) => page.data) ?? [], [pages]);
  const last = pages?.at(-1);
  return {
    events,
    total: pages?.[0]?.total,
    position: current?.[0]?.indexed_through,
    stale: current === undefined && pages !== undefined,
    sameQuery: shown?.key === key,
    loading: result.isPending && result.isFetching,
    problem: asProblem(result.error),
    waitingFor: result.isFetching ? asProblem(result.failureReason) : undefined,
    retry: () => void result.refetch(),
    refresh: useCallback(() => setReading(newReading()), []),
    more: {
      available: result.hasNextPage,
      loading: result.isFetchingNextPage,
      failed: result.isFetchNextPageError,
      capped: events.length >= CLIENT_ROWS_MAX && last?.next_cursor != null,
      load: () => void (result.isFetching || result.fetchNextPage()),
    },
  };
}

/** Whether the organization has any event at all, of any time; undefined until that is known. */
export function useHasEvents(tenant: string | undefined, wanted: boolean): boolean | undefined {
  const access = useLogAccess();
  return useQuery({
    queryKey: ["has-events", access.key, tenant],
    queryFn: async ({ signal }) => {
      const query = new URLSearchParams({ tenant_id: tenant ?? "", start: "1970-01-01" });
      const page = await fetchEvents(access.request, query, { limit: 1, cursor: undefined, signal });
      return page.total.value > 0;
    },
    enabled: wanted && tenant !== undefined,
    staleTime: 0,
  }).data;
}
