import { useQuery } from "@tanstack/react-query";
import { type FacetField, fetchFacet } from "../../api/facets.ts";
import { fetchPeople } from "../../api/people.ts";
import { toQuery } from "../filters/filters.ts";
import { rangeOf } from "../filters/range-of.ts";
import type { FilterState } from "../filters/use-filters.ts";
import { useLogAccess } from "../log-access.ts";
import { type Candidate, unspoiledParts } from "./similar.ts";

const FIELDS = ["action", "actor_type", "resource_type", "role"] as const satisfies readonly FacetField[];
const PEOPLE_MAX = 100;
const FRESH_FOR_MS = 30_000;

/**
 * What the range holds, whatever else was asked for; none until it is known. Of people those who did most, and of all others those whose name or
 * e-mail holds a part of what was looked for.
 * @param sought none: nothing is asked for.
 */
export function useCandidates({ filters, clock }: FilterState, sought: readonly string[]): readonly Candidate[] {
  const { request, key, organization } = useLogAccess();
  const range = toQuery(rangeOf(filters), organization.id, clock).toString();
  const finds = ["", ...new Set(sought.flatMap(unspoiledParts))];
  const { data } = useQuery({
    queryKey: ["candidates", key, range, finds],
    queryFn: async ({ signal }) => {
      const query = new URLSearchParams(range);
      const [people, ...facets] = await Promise.all([
        Promise.all(finds.map((find) => fetchPeople(request, query, { find, limit: PEOPLE_MAX, signal }))),
        ...FIELDS.map((field) => fetchFacet(request, query, field, signal)),
      ]);
      const byId = new Map(people.flatMap((found) => found.people).map((person) => [person.id, person]));
      return [
        ...[...byId.values()].map(({ id, name, email, count }): Candidate => {
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
    enabled: sought.length > 0,
    staleTime: FRESH_FOR_MS,
  });
  return data ?? NONE;
}

const NONE: readonly Candidate[] = [];
