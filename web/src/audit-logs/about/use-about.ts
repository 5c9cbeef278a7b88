import { useQuery } from "@tanstack/react-query";
import { fetchEvents } from "../../api/events.ts";
import type { Group } from "../../api/groups.ts";
import { type Filters, toQuery } from "../filters/filters.ts";
import { rangeOf } from "../filters/range-of.ts";
import { useGroups } from "../grouped/use-groups.ts";
import { useLogAccess } from "../log-access.ts";
import { useLogPage } from "../log-context.ts";
import { filtersOf, type Subject } from "./subject.ts";

/** So many of the newest events say which devices somebody uses. */
export const RECENT_MAX = 100;
const FRESH_FOR_MS = 30_000;

/** The subject's events of the page's range. */
export function useRangeQuery(subject: Subject): URLSearchParams {
  const { filters, clock } = useLogPage().state;
  const { organization } = useLogAccess();
  return toQuery({ ...rangeOf(filters), ...filtersOf(subject) }, organization.id, clock);
}

/** The subject's events of any time. */
export function useEverQuery(subject: Subject): URLSearchParams {
  const { clock } = useLogPage().state;
  const { organization } = useLogAccess();
  const ever: Filters = { start: "1970-01-01", ...filtersOf(subject) };
  return toQuery(ever, organization.id, { ...clock, zone: "UTC" });
}

/** How it is called and when it was seen, ever; null where nothing was. Undefined until that is known. */
export function useSummary(subject: Subject): Group | null | undefined {
  const by = subject.kind === "user" ? "actor_id" : "resource";
  const { data } = useGroups(useEverQuery(subject), by, 20);
  if (data === undefined) return undefined;
  const type = subject.kind === "user" ? undefined : subject.type;
  // Its events can also name it as a further resource.
  return data.groups.find((group) => group.value === subject.id && group.type === type) ?? null;
}

/** Its newest events in the page's range. */
export function useRecent(query: URLSearchParams) {
  const { request, key } = useLogAccess();
  const asked = query.toString();
  return useQuery({
    queryKey: ["recent", key, asked],
    queryFn: ({ signal }) =>
      fetchEvents(request, new URLSearchParams(asked), { limit: RECENT_MAX, cursor: undefined, signal }),
    staleTime: FRESH_FOR_MS,
  }).data;
}
