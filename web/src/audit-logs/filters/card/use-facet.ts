import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { type Facet, type FacetField, fetchFacet, fetchHistogram, type Histogram } from "../../../api/facets.ts";
import { useLogAccess } from "../../log-access.ts";
import { exclusionOf, isExcludable } from "../filters.ts";

const FRESH_FOR_MS = 30_000;

/**
 * A field's values and counts under all other filters.
 * @param query undefined while there is nothing to ask.
 * @param wanted false until somebody is about to choose.
 */
export function useFacet(field: FacetField, query: URLSearchParams | undefined, wanted: boolean): Facet | undefined {
  const access = useLogAccess();
  const others = new URLSearchParams(query);
  others.delete(field);
  if (isExcludable(field)) others.delete(exclusionOf(field));
  const key = others.toString();
  return useQuery({
    queryKey: ["facet", access.key, field, key],
    queryFn: ({ signal }) => fetchFacet(access.request, new URLSearchParams(key), field, signal),
    enabled: wanted && query !== undefined,
    staleTime: FRESH_FOR_MS,
    placeholderData: keepPreviousData,
  }).data;
}

const BUCKETS = 60;

/**
 * The events of a query over time; those of the query before until it is answered.
 * @param asOf the position that the rows were read as of, so that both count the same; undefined until they are there.
 */
export function useHistogram(
  query: URLSearchParams,
  asOf: string | undefined,
): { data: Histogram | undefined; stale: boolean; failed: boolean } {
  const access = useLogAccess();
  const asked = new URLSearchParams(query);
  if (asOf !== undefined) asked.set("as_of", asOf);
  const key = asked.toString();
  const { data, isPlaceholderData, isError } = useQuery({
    queryKey: ["histogram", access.key, key],
    queryFn: ({ signal }) => fetchHistogram(access.request, new URLSearchParams(key), BUCKETS, signal),
    enabled: asOf !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
    placeholderData: keepPreviousData,
  });
  return { data, stale: isPlaceholderData, failed: isError };
}
