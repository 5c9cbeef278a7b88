import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import { asProblem } from "../api/problem.ts";
import type { EventsPage } from "../api/schema.ts";
import { useLogAccess } from "../audit-logs/log-access.ts";

/** When the newest event was recorded that a position of the log shows its reader: RFC 3339, or null where there is none. */
export function useRecordedThrough(asOf: string): UseQueryResult<string | null> {
  const { request, organization, key } = useLogAccess();
  return useQuery({
    queryKey: ["recorded-through", key, organization.id, asOf],
    queryFn: async ({ signal }) => {
      const query = new URLSearchParams({
        tenant_id: organization.id,
        as_of: asOf,
        recorded_through: "true",
        limit: "1",
      });
      const answer: EventsPage = await (await request(`/v1/events?${query}`, { signal })).json();
      return answer.recorded_through ?? null;
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** Whether the log has not come to the position. */
export function isBeyondLog(error: Error | null): boolean {
  return asProblem(error)?.errors.some(({ pointer }) => pointer === "as_of") ?? false;
}
