import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import { type Review, reviewsQuery } from "../api/reviews.ts";
import { useLogAccess } from "../audit-logs/log-access.ts";

/** The latest reviews, newest first. @param wanted false until somebody asks for them. */
export function useReviews(wanted: boolean): UseQueryResult<readonly Review[]> {
  const { request, organization } = useLogAccess();
  return useQuery({ ...reviewsQuery(request, organization.id), enabled: wanted, staleTime: 30_000 });
}
