import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { fetchGroups, type GroupKey, type Groups } from "../../api/groups.ts";
import { asProblem, type Problem } from "../../api/problem.ts";
import { useLogAccess } from "../log-access.ts";

const FRESH_FOR_MS = 30_000;

interface GroupsState {
  /** Undefined until they are counted. */
  readonly data: Groups | undefined;
  readonly problem: Problem | undefined;
}

/** All events of a query, grouped. @param query undefined while there is nothing to ask. */
export function useGroups(query: URLSearchParams | undefined, by: GroupKey, limit: number): GroupsState {
  const access = useLogAccess();
  const key = query?.toString();
  const { data, error } = useQuery({
    queryKey: ["groups", access.key, by, limit, key],
    queryFn: ({ signal }) => fetchGroups(access.request, new URLSearchParams(key), { by, limit, signal }),
    enabled: key !== undefined,
    staleTime: FRESH_FOR_MS,
    placeholderData: keepPreviousData,
  });
  return { data, problem: asProblem(error) };
}
