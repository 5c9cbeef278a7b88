import type { FacetField } from "@daybook/sdk/filters";
import type { Request } from "./request.ts";
import type { Facets, Histogram } from "./schema.ts";

export type { FacetField, Histogram };

export type FacetValue = Required<Pick<Facets["values"][number], "value" | "count">>;

/** A field's values under the filters but the field's own, most frequent first. */
export type Facet = Pick<Facets, "more"> & { readonly values: readonly FacetValue[] };

/** @throws Problem */
export async function fetchFacet(
  request: Request,
  query: URLSearchParams,
  field: FacetField,
  signal: AbortSignal,
): Promise<Facet> {
  const parameters = new URLSearchParams(query);
  parameters.set("field", field);
  return (await request(`/v1/events/facets?${parameters}`, { signal })).json();
}

/** @throws Problem */
export async function fetchHistogram(
  request: Request,
  query: URLSearchParams,
  buckets: number,
  signal: AbortSignal,
): Promise<Histogram> {
  const parameters = new URLSearchParams(query);
  parameters.set("buckets", String(buckets));
  return (await request(`/v1/events/histogram?${parameters}`, { signal })).json();
}
