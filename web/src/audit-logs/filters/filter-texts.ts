import { type FilterName, filterLabel, isExclusion } from "./filters.ts";

/** A period, and what times are meant in: no filter by itself. */
const PERIOD: ReadonlySet<string> = new Set(["start", "end", "tz", "as_of"]);

/** Filters in words, without their period: "Role admin", "User ID not svc_ci". */
export function filterTexts(filters: object): string[] {
  return Object.entries(filters)
    .filter(([name]) => !PERIOD.has(name))
    .map(([name, value]) => {
      const values = [value].flat().map(String).join(", ");
      return `${labelOf(name)} ${isExclusion(name as FilterName) ? "not " : ""}${values}`;
    });
}

/** What the server names and this console does not know is shown as it is named. */
function labelOf(name: string): string {
  return (filterLabel(name as FilterName) as string | undefined) ?? name;
}
