import { parseSearch, stringifySearch } from "../../url-parameters.ts";
import { type Filters, readFilters } from "./filters.ts";

/** Filters as a saved view keeps them: the part of the page's address after `?`, always in the same order, with filters only. */
export function viewQuery(filters: Filters, tz: string | undefined): string {
  // Reading puts the names in their order.
  const { filters: ordered } = readFilters(filters);
  return stringifySearch({ ...ordered, ...(tz !== undefined && { tz }) }).slice(1);
}

/** A saved view's filters, and the time zone where it names one. What can no longer be meant is left out. */
export function readViewQuery(query: string): { filters: Filters; tz: string | undefined } {
  const search = parseSearch(query);
  const [tz] = [search.tz ?? []].flat();
  return { filters: readFilters(search).filters, tz: tz || undefined };
}

/**
 * A saved view as the page's address is to have it: also with what can no longer be meant, such as a position from before positions named
 * their log, so that the page says so. Nobody takes the rows of today for those that were pinned.
 */
export function searchOf(query: string): Filters {
  const search = parseSearch(query);
  const { filters, ignored } = readFilters(search);
  const kept = Object.fromEntries(ignored.map(({ name }) => [name, search[name]]));
  // The address can hold any text; the page reads it as it reads every address.
  return { ...filters, ...kept } as Filters;
}

/** Whether two say the same, in whatever order. */
export function sameView(one: string, other: string): boolean {
  const written = [one, other].map((query) => {
    const { filters, tz } = readViewQuery(query);
    return viewQuery(filters, tz);
  });
  return written[0] === written[1];
}
