import { actionFamily, BUILT_IN_ACTIONS } from "@daybook/sdk";
import { addDays, type Day, isDay } from "../time/day.ts";

/** The filters of the page, as the URL holds them: what is absent has its default. */
export interface Filters {
  readonly start?: Day;
  readonly end?: Day;
  /** An action, or a whole family as `family.*`. */
  readonly action?: string;
  readonly resource_type?: string;
  readonly q?: string;
}

export type FilterName = keyof Filters;
export const FILTER_NAMES = ["start", "end", "action", "resource_type", "q"] as const satisfies readonly FilterName[];

/** Everything the page's address may say: the filters, the time zone where it is not the default, the event that is shown. */
export const ADDRESS_NAMES = [...FILTER_NAMES, "tz", "event"] as const;
export type AddressName = (typeof ADDRESS_NAMES)[number];

export const FILTER_LABELS: Record<FilterName, string> = {
  start: "Start Date",
  end: "End Date",
  action: "Action Type",
  resource_type: "Resource Type",
  q: "Search",
};

/** Today and the 29 days before it. */
export const DEFAULT_RANGE_DAYS = 30;
/** Longest text the server takes for a free-text filter. */
export const FREE_TEXT_MAX = 256;

/** What the URL said but cannot be meant. */
export interface Ignored {
  readonly name: FilterName;
  readonly value: string;
  readonly reason: string;
}

/** The address's raw search values: a string each, or several when a name is repeated. */
export type RawSearch = { readonly [key in FilterName]?: string | readonly string[] };

const ACTION = /^(?:[A-Za-z0-9_.:-]{1,128}|[A-Za-z0-9_:-]{1,126}\.\*)$/;

function fault(name: FilterName, value: string): string | undefined {
  switch (name) {
    case "start":
    case "end":
      return isDay(value) ? undefined : "not a date of the form YYYY-MM-DD";
    case "action":
      return ACTION.test(value) && !value.startsWith("-") ? undefined : "not an action";
    default:
      return value.length <= FREE_TEXT_MAX ? undefined : `longer than ${FREE_TEXT_MAX} characters`;
  }
}

/** Reads the filters out of the address; a value that cannot be meant is ignored, and said so. */
export function readFilters(search: RawSearch): { filters: Filters; ignored: Ignored[] } {
  const filters: { -readonly [key in FilterName]?: string } = {};
  const ignored: Ignored[] = [];
  for (const name of FILTER_NAMES) {
    const raw = search[name];
    const values = typeof raw === "string" ? [raw] : (raw ?? []);
    for (const value of values) {
      if (value === "") continue;
      const reason = name in filters ? "given more than once" : fault(name, value);
      if (reason === undefined) filters[name] = value;
      else ignored.push({ name, value, reason });
    }
  }
  return { filters, ignored };
}

export interface DayRange {
  readonly start: Day;
  readonly end: Day;
}

/**
 * Both days included. By default the last 30 days, today being one of them; an end before all of those takes its own 30 days
 * with it, so that a default never makes the range run backwards.
 */
export function dayRange(filters: Filters, today: Day): DayRange {
  const end = filters.end ?? today;
  const start = addDays(today, 1 - DEFAULT_RANGE_DAYS);
  return { start: filters.start ?? (end < start ? addDays(end, 1 - DEFAULT_RANGE_DAYS) : start), end };
}

export function isBackwards({ start, end }: DayRange): boolean {
  return start > end;
}

/** The filters as the API takes them, for one organization. */
export function toQuery(filters: Filters, tenant: string, today: Day): URLSearchParams {
  const { start, end } = dayRange(filters, today);
  const query = new URLSearchParams({ tenant_id: tenant, start, end });
  for (const name of ["action", "resource_type", "q"] as const) {
    const value = filters[name];
    if (value !== undefined) query.set(name, value);
  }
  return query;
}

/** One filter changed; a value that equals its default, or nothing, leaves the address. */
export function withFilter(filters: Filters, name: FilterName, value: string, today: Day): Filters {
  const { [name]: _previous, ...others } = filters;
  if (value.trim() === "") return others;
  const isDefault = (name === "start" || name === "end") && value === dayRange(others, today)[name];
  return isDefault ? others : { ...others, [name]: value };
}

/** The filters that differ from their default. */
export function activeFilters(filters: Filters): FilterName[] {
  return FILTER_NAMES.filter((name) => filters[name] !== undefined);
}

export interface ActionChoices {
  readonly builtIn: readonly string[];
  /** Actions that only the data knows, most frequent first. */
  readonly others: readonly string[];
  /** Families of more than one action, as `family.*`. */
  readonly families: readonly string[];
}

/** @param found the actions in the data. @param selected always among the choices, wherever it came from. */
export function actionChoices(found: readonly string[], selected: string | undefined): ActionChoices {
  const builtIn: readonly string[] = BUILT_IN_ACTIONS;
  const isFamily = selected?.endsWith(".*") ?? false;
  const candidates = selected === undefined || isFamily ? found : [...found, selected];
  const others = [...new Set(candidates)].filter((action) => !builtIn.includes(action));
  const counts = new Map<string, number>();
  for (const action of [...builtIn, ...others]) {
    const family = `${actionFamily(action)}.*`;
    counts.set(family, (counts.get(family) ?? 0) + 1);
  }
  const families = [...counts].filter(([, count]) => count > 1).map(([family]) => family);
  if (selected !== undefined && isFamily && !families.includes(selected)) families.push(selected);
  return { builtIn, others, families };
}
