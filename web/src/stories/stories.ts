import { BUILT_IN_ACTIONS } from "@daybook/sdk";
import type { LoggedEvent } from "../api/events.ts";
import type { Filters } from "../audit-logs/filters.ts";
import { addDays, type Day } from "../time/day.ts";

/** The page's starting points: what people come for, as filters that anybody can read and change. */

export type StoryName = "failed_logins" | "changes" | "period";

export const STORIES: Readonly<Record<StoryName, { readonly title: string; readonly summary: string }>> = {
  failed_logins: { title: "Failed logins by address", summary: "Who tried to sign in and could not, and from where" },
  changes: { title: "Changes of a resource over time", summary: "Who changed what, with the values before and after" },
  period: {
    title: "Compliance review of a period",
    summary: "Choose it, look through it, sign it off, keep the file",
  },
};

/** Few enough for an address. */
const ACTIONS_MAX = 20;

function isUpdate(action: string): boolean {
  return /[._]update$/.test(action);
}

/** Everything that changes something that is there: what Daybook knows by name, and what the data holds beside it. */
function updates(known: readonly string[]): string[] {
  return [...new Set([...BUILT_IN_ACTIONS, ...known])].filter(isUpdate).slice(0, ACTIONS_MAX);
}

/** The range stays; all other filters make way. */
export function rangeOf({ start, end, range }: Filters): Filters {
  return {
    ...(start !== undefined && { start }),
    ...(end !== undefined && { end }),
    ...(range !== undefined && { range }),
  };
}

export function failedLogins(filters: Filters): Filters {
  return { ...rangeOf(filters), action: ["auth.login"], outcome: ["failure", "denied"] };
}

/** @param known actions that the data holds. */
export function changes(filters: Filters, known: readonly string[]): Filters {
  return { ...rangeOf(filters), action: updates(known) };
}

/** Which story the filters tell, however they came about. One kind of change alone is just a filter: its rows shall not be pushed down. */
export function storyOf({ action = [], outcome = [], resource_id }: Filters): "failed_logins" | "changes" | undefined {
  const included = action.filter((one) => !one.startsWith("-"));
  if (included.length === 1 && included[0] === "auth.login") {
    return outcome.length > 0 && outcome.every((one) => one !== "success") ? "failed_logins" : undefined;
  }
  const told = included.length > 1 || resource_id !== undefined;
  return told && included.length > 0 && included.every(isUpdate) ? "changes" : undefined;
}

export interface SuggestedResource {
  readonly type: string;
  readonly id: string;
  readonly name: string | undefined;
  /** Of the events given. */
  readonly changes: number;
}

/** The resources that these events are of, most often changed first. */
export function suggestedResources(events: readonly LoggedEvent[], max: number): SuggestedResource[] {
  const found = new Map<string, SuggestedResource>();
  for (const { resource } of events) {
    const { type, id, name } = resource;
    if (id === undefined) continue;
    const key = JSON.stringify([type, id]);
    const before = found.get(key);
    // The events come newest first: so does the newest name.
    found.set(key, { type, id, name: before ? before.name : name, changes: (before?.changes ?? 0) + 1 });
  }
  return [...found.values()].sort((a, b) => b.changes - a.changes).slice(0, max);
}

export interface Period {
  readonly name: string;
  readonly start: Day;
  readonly end: Day;
}

/** Whole periods that are over, and the month that is not. */
export function periods(today: Day): Period[] {
  const [year = 0, month = 0] = today.split("-").map(Number);
  /** The first day of a month, however far it is counted. */
  const first = (index: number) => new Date(Date.UTC(year, index, 1)).toISOString().slice(0, 10);
  const quarter = Math.floor((month - 1) / 3) * 3;
  const until = (index: number) => addDays(first(index), -1);
  return [
    { name: "This month", start: first(month - 1), end: today },
    { name: "Last month", start: first(month - 2), end: until(month - 1) },
    { name: "Last quarter", start: first(quarter - 3), end: until(quarter) },
    { name: "Last year", start: first(-12), end: until(0) },
  ];
}
