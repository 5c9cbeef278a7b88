import type { FacetField } from "@daybook/sdk/filters";
import type { Request } from "./request.ts";
import type { Histogram } from "./schema.ts";

export type { FacetField, Histogram };

export interface FacetValue {
  readonly value: string;
  readonly count: number;
}

/** A field's values under the filters but the field's own, most frequent first. */
export interface Facet {
  readonly values: readonly FacetValue[];
  /** There are further values. */
  readonly more: boolean;
}

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
