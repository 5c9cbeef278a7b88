import { BUILT_IN_ACTIONS } from "@daybook/sdk";
import type { Filters } from "../audit-logs/filters/filters.ts";
import { rangeOf } from "../audit-logs/filters/range-of.ts";
import { isUpdate } from "./starting-point-of.ts";

/** The page's starting points: what people come for, as filters that anybody can read and change. */

export const STARTING_POINT_NAMES = ["failed_logins", "changes", "sensitive", "period"] as const;
export type StartingPointName = (typeof STARTING_POINT_NAMES)[number];
export const FAILED = ["failure", "denied"] as const;

export const STARTING_POINTS: Readonly<
  Record<StartingPointName, { readonly title: string; readonly summary: string }>
> = {
  failed_logins: {
    title: "Failed sign-ins by network",
    summary: "From where sign-ins failed, how often, and what happened next",
  },
  changes: {
    title: "Changes of a resource over time",
    summary: "Who changed what and when, with the values before and after",
  },
  sensitive: {
    title: "Sensitive actions",
    summary: "Keys, roles, two-factor, exports and deletions, or the actions that your organization chose",
  },
  period: {
    title: "Compliance review of a period",
    summary: "Choose it, look through it, sign it off, keep the file",
  },
};

/** Few enough for an address. */
const ACTIONS_MAX = 20;

/** Everything that changes something that is there: what Daybook knows by name, and what the data holds beside it. */
function updates(known: readonly string[]): string[] {
  return [...new Set([...BUILT_IN_ACTIONS, ...known])].filter(isUpdate).slice(0, ACTIONS_MAX);
}

export function failedLogins(filters: Filters): Filters {
  return { ...rangeOf(filters), action: ["auth.login"], outcome: FAILED };
}

/** @param watched the organization's sensitive actions. */
export function sensitiveActions(filters: Filters, watched: readonly string[]): Filters {
  return { ...rangeOf(filters), action: watched };
}

/** @param known actions that the data holds. */
export function changes(filters: Filters, known: readonly string[]): Filters {
  return { ...rangeOf(filters), action: updates(known) };
}
