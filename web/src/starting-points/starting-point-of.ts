import type { Filters } from "../audit-logs/filters/filters.ts";

/** What the page itself needs to know of the starting points; the rest is loaded with them. */

/** Whether an action changes something that is there. */
export function isUpdate(action: string): boolean {
  return /[._]update$/.test(action);
}

/** Which starting point the filters are, whoever set them. One kind of change alone is just a filter: nothing must push its rows down. */
export function startingPointOf({
  action = [],
  outcome = [],
  resource_id,
}: Filters): "failed_logins" | "changes" | undefined {
  const included = action.filter((one) => !one.startsWith("-"));
  if (included.length === 1 && included[0] === "auth.login") {
    return outcome.length > 0 && outcome.every((one) => one !== "success") ? "failed_logins" : undefined;
  }
  const several = included.length > 1 || resource_id !== undefined;
  return several && included.length > 0 && included.every(isUpdate) ? "changes" : undefined;
}
