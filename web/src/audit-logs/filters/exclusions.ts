import { stringifySearch } from "../../url-parameters.ts";
import { type Excludable, exclusionOf, type Filters, filterFault, VALUES_MAX } from "./filters.ts";

/** So long the filters may become in the address: a saved view keeps as much, and every proxy passes it on. */
const LENGTH_MAX = 4000;

/** Whether the filters can be asked for and kept. */
export function isHeld(filters: Filters): boolean {
  return (
    stringifySearch(filters).length <= LENGTH_MAX &&
    Object.values(filters).every((value) => typeof value === "string" || value.length <= VALUES_MAX)
  );
}

/** The filters with one more value left out; who asked for that very value no longer does. */
export function withExcluded(filters: Filters, name: Excludable, value: string): Filters {
  const { [name]: wanted, ...others } = filters;
  const kept = [wanted ?? []].flat().filter((one) => one !== value);
  const excluded = new Set<string>(filters[exclusionOf(name)]).add(value);
  return {
    ...others,
    ...(kept.length > 0 && { [name]: typeof wanted === "string" ? wanted : kept }),
    [exclusionOf(name)]: [...excluded],
  };
}

/** The same, where the server takes the value and the address has room for it; else undefined. */
export function excluding(filters: Filters, name: Excludable, value: string): Filters | undefined {
  if (value === "" || filterFault(name, value) !== undefined) return undefined;
  const next = withExcluded(filters, name, value);
  return isHeld(next) ? next : undefined;
}
