import { useQuery } from "@tanstack/react-query";
import { type FacetValue, fetchFacet, fetchHistogram } from "../api/facets.ts";
import { fetchGroups, type Group } from "../api/groups.ts";
import type { NewReview } from "../api/reviews.ts";
import { type Filters, readFilters } from "../audit-logs/filters/filters.ts";
import { useLogAccess } from "../audit-logs/log-access.ts";

/** What a sign-off would cover, as search counts it. */
export interface ReviewSummary {
  /** Exactly, as the sign-off will record it. */
  readonly count: number;
  readonly actions: Most<FacetValue>;
  readonly people: Most<Group>;
}

/** Those with the most events. */
interface Most<Value> {
  readonly values: readonly Value[];
  readonly more: boolean;
}

const SHOWN_MAX = 10;

type Reviewed = Pick<NewReview, "as_of" | "since" | "filters">;

/** The events of a sign-off as the API is asked for them. */
export function reviewQuery(tenant: string, { as_of, since, filters }: Reviewed): URLSearchParams {
  const query = new URLSearchParams({ tenant_id: tenant, as_of, ...(since !== undefined && { since }) });
  for (const [name, value] of Object.entries(filters)) for (const one of [value].flat()) query.append(name, one);
  return query;
}

/** Actions that the filters leave: counts by action are under all other filters. */
export function shownActions(values: readonly FacetValue[], { action = [] }: Filters): FacetValue[] {
  const fits = (pattern: string, value: string) =>
    pattern.endsWith(".*") ? value.startsWith(pattern.slice(0, -1)) : value === pattern;
  const wanted = action.filter((one) => !one.startsWith("-"));
  const left = action.filter((one) => one.startsWith("-")).map((one) => one.slice(1));
  return values.filter(
    ({ value }) =>
      (wanted.length === 0 || wanted.some((one) => fits(one, value))) && !left.some((one) => fits(one, value)),
  );
}

/** Undefined until it is counted. */
export function useReviewSummary(review: Reviewed) {
  const { request, organization, key } = useLogAccess();
  const query = reviewQuery(organization.id, review).toString();
  return useQuery({
    queryKey: ["review-summary", key, query],
    queryFn: async ({ signal }): Promise<ReviewSummary> => {
      const asked = () => new URLSearchParams(query);
      const [histogram, actions, people] = await Promise.all([
        fetchHistogram(request, asked(), 1, signal),
        fetchFacet(request, asked(), "action", signal),
        fetchGroups(request, asked(), { by: "actor_id", limit: SHOWN_MAX, signal }),
      ]);
      const { filters } = readFilters(review.filters);
      const shown = shownActions(actions.values, filters);
      return {
        count: histogram.buckets.flatMap(({ counts }) => Object.values(counts)).reduce((sum, one) => sum + one, 0),
        actions: { values: shown.slice(0, SHOWN_MAX), more: actions.more || shown.length > SHOWN_MAX },
        people: { values: people.groups, more: people.more },
      };
    },
  });
}
