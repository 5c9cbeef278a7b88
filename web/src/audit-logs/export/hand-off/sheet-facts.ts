import type { BundleHead } from "@daybook/sdk/bundle";
import { type FilterName, filterLabel, isExclusion } from "../../filters/filters.ts";

/** What of a bundle's filters is its period, which the sheet states by itself. */
const PERIOD: ReadonlySet<string> = new Set(["start", "end", "tz", "as_of"]);

/** The filters of a bundle in words: "Role admin", "User ID not svc_ci". */
export function filterTexts({ filters }: Pick<BundleHead, "filters">): string[] {
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

/** Which of the log's entries the file holds, and what that proves. */
export function contentsText({ contents, start, end, organization }: BundleHead): string {
  if (contents === "selection" || start === undefined || end === undefined) {
    return "A selection: every entry is proven authentic. Entries can be missing.";
  }
  return `Complete: every entry of ${organization} from sequence ${start} to ${end - 1}. None is missing.`;
}
