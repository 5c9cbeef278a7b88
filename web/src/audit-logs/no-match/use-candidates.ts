import { useQuery } from "@tanstack/react-query";
import { type FacetField, fetchFacet } from "../../api/facets.ts";
import { fetchPeople } from "../../api/people.ts";
import { toQuery } from "../filters/filters.ts";
import { rangeOf } from "../filters/range-of.ts";
import type { FilterState } from "../filters/use-filters.ts";
import { useLogAccess } from "../log-access.ts";
import type { Candidate } from "./similar.ts";

const FIELDS = ["action", "actor_type", "resource_type", "role"] as const satisfies readonly FacetField[];
const PEOPLE_MAX = 100;
const FRESH_FOR_MS = 30_000;

/** What the range holds, whatever else was asked for; none until it is known. */
export function useCandidates({ filters, clock }: FilterState, wanted: boolean): readonly Candidate[] {
  const { request, key, organization } = useLogAccess();
  const range = toQuery(rangeOf(filters), organization.id, clock).toString();
  const { data } = useQuery({
    queryKey: ["candidates", key, range],
    queryFn: async ({ signal }) => {
      const query = new URLSearchParams(range);
      const [{ people }, ...facets] = await Promise.all([
        fetchPeople(request, query, { find: "", limit: PEOPLE_MAX, signal }),
        ...FIELDS.map((field) => fetchFacet(request, query, field, signal)),
      ]);
      return [
        ...people.map(({ id, name, email, count }): Candidate => {
          const called = [name, email].filter((text) => text !== undefined);
          return { name: "actor_id", value: id, count, texts: called.length === 0 ? [id] : called };
        }),
        ...facets.flatMap(({ values }, place) =>
          values.map(
            ({ value, count }): Candidate => ({ name: FIELDS[place] ?? "action", value, count, texts: [value] }),
          ),
        ),
      ];
    },
    enabled: wanted,
    staleTime: FRESH_FOR_MS,
  });
  return data ?? NONE;
}

const NONE: readonly Candidate[] = [];
