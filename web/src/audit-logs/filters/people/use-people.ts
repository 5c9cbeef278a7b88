import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { fetchPeople, type Person } from "../../../api/people.ts";
import { Problem } from "../../../api/problem.ts";
import { useLogAccess } from "../../log-access.ts";
import { toQuery } from "../filters.ts";
import { rangeOf } from "../range-of.ts";
import type { FilterState } from "../use-filters.ts";
import { resolvePerson, SAME_NAME_MAX } from "./resolve.ts";

const FRESH_FOR_MS = 30_000;
const OFFERED_MAX = 12;
/** An id can occur in other people's ids. */
const SIMILAR_MAX = 20;

/** Those who acted in the events that all filters but the user match. @param wanted false until somebody is about to choose. */
export function usePeople(query: URLSearchParams | undefined, find: string, wanted: boolean) {
  const access = useLogAccess();
  const others = new URLSearchParams(query);
  others.delete("actor_id");
  others.delete("not_actor_id");
  const key = others.toString();
  return useQuery({
    queryKey: ["people", access.key, key, find],
    queryFn: ({ signal }) =>
      fetchPeople(access.request, new URLSearchParams(key), { find, limit: OFFERED_MAX, signal }),
    enabled: wanted && query !== undefined,
    staleTime: FRESH_FOR_MS,
    placeholderData: keepPreviousData,
  }).data;
}

/** Everything in the page's range. */
function useRangeQuery({ filters, clock }: FilterState): string {
  const { organization } = useLogAccess();
  return toQuery(rangeOf(filters), organization.id, clock).toString();
}

/** Finds out who is meant by a text; see `resolvePerson`. Where that cannot be asked, the text is taken for an id. */
export function useResolvePerson(state: FilterState): (text: string) => Promise<readonly string[] | undefined> {
  const queries = useQueryClient();
  const { request, key } = useLogAccess();
  const range = useRangeQuery(state);
  return useCallback(
    async (text) => {
      const asked = { find: text, limit: SAME_NAME_MAX + SIMILAR_MAX };
      const found = await queries
        .fetchQuery({
          queryKey: ["people", key, range, text, "resolved"],
          queryFn: ({ signal }) => fetchPeople(request, new URLSearchParams(range), { ...asked, signal }),
          staleTime: FRESH_FOR_MS,
          retry: false,
        })
        .catch((error: unknown) => {
          if (error instanceof Problem) return undefined;
          throw error;
        });
      return found === undefined ? [text] : resolvePerson(text, found.people);
    },
    [queries, request, key, range],
  );
}

/** How an id is called; undefined while that is not known, or where nobody has a name for it. */
export function usePerson(id: string | undefined, state: FilterState): Person | undefined {
  const access = useLogAccess();
  const range = useRangeQuery(state);
  const known = useQuery({
    // A name is the same in every range: it is asked for once.
    queryKey: ["person", access.key, access.organization.id, id],
    queryFn: async ({ signal }) => {
      const asked = { find: id ?? "", limit: SIMILAR_MAX, signal };
      const { people } = await fetchPeople(access.request, new URLSearchParams(range), asked);
      return people.find((one) => one.id === id) ?? null;
    },
    enabled: id !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
  });
  return known.data ?? undefined;
}
