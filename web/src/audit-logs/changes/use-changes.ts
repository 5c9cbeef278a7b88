import { useInfiniteQuery } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import { eventsOf, fetchEvents, type LoggedEvent, type Total } from "../../api/events.ts";
import { asProblem, type Problem } from "../../api/problem.ts";
import { useLogAccess } from "../log-access.ts";

const PAGE_ROWS = 250;
/** Read without being asked for; what comes after is a button away. */
const READ_AT_ONCE = 1_000;
const FORGET_AFTER_MS = 60_000;

interface Changes {
  /** The oldest first. */
  readonly events: readonly LoggedEvent[];
  /** Undefined until the first answer. */
  readonly total: Total | undefined;
  readonly loading: boolean;
  readonly problem: Problem | undefined;
  /** Reads the next ones; undefined while some are on their way, or where these are all. */
  readonly loadMore: (() => void) | undefined;
}

/** Every event of a query, the oldest first, whatever rows the page has loaded. */
export function useChanges(query: URLSearchParams): Changes {
  const { request, key } = useLogAccess();
  const asked = query.toString();
  const { data, error, isFetching, hasNextPage, fetchNextPage } = useInfiniteQuery({
    queryKey: ["changes", key, asked],
    queryFn: ({ pageParam: cursor, signal }) =>
      fetchEvents(request, new URLSearchParams(asked), {
        limit: PAGE_ROWS,
        cursor,
        order: "asc",
        newAddresses: false,
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next_cursor: cursor }) => cursor ?? undefined,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: FORGET_AFTER_MS,
  });
  const events = useMemo(() => data?.pages.flatMap((page) => eventsOf(page.data)) ?? [], [data]);
  const goesOn = hasNextPage && !isFetching && error === null;
  useEffect(() => {
    if (goesOn && events.length < READ_AT_ONCE) void fetchNextPage();
  }, [goesOn, events.length, fetchNextPage]);
  return {
    events,
    total: data?.pages[0]?.total,
    loading: isFetching,
    problem: asProblem(error),
    loadMore: hasNextPage && !isFetching ? () => void fetchNextPage() : undefined,
  };
}
