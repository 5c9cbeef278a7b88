import { parsePosition } from "@daybook/sdk";
import {
  type ExcludableFilter,
  FILTER_PARAMETERS,
  FILTER_VALUE_LENGTH_MAX,
  FILTER_VALUES_MAX,
  FILTERS,
  isRepeatable as isRepeatableFilter,
  type MetadataParameter,
  meaningOf,
  type Filters as SelectionFilters,
  filterFault as selectionFault,
} from "@daybook/sdk/filters";
import { type Bound, isBound } from "../../time/bound.ts";
import { type Clock, DEFAULT_PRESET, isPreset, type Preset, resolveRange } from "../time/range.ts";

/** What the address says besides what events are chosen by. */
interface Bounds {
  readonly start?: Bound;
  readonly end?: Bound;
  /** Never beside a start or an end. */
  readonly range?: Preset;
  /** A position of the log: only what was recorded up to it, or after it. */
  readonly as_of?: string;
  readonly since?: string;
}

/** The filters of the page, as the URL holds them: what is absent has its default. Those that choose events come from the SDK's table. */
export type Filters = Bounds & {
  readonly [Name in keyof Omit<SelectionFilters, "tz">]?: NonNullable<SelectionFilters[Name]>;
};

export type FilterName = keyof Filters;
/** In the order they are read in; those of metadata, one for each path, come after them. */
export const FILTER_NAMES = [
  "start",
  "end",
  "range",
  ...FILTER_PARAMETERS,
  "as_of",
  "since",
] as const satisfies readonly FilterName[];

/** The names that these values have, in their order. */
function namesOf(values: object): readonly FilterName[] {
  return [...FILTER_NAMES, ...Object.keys(values).filter(isMetadata).sort()];
}

function isMetadata(name: string): name is MetadataParameter {
  return meaningOf(name)?.filter === "metadata";
}

export type Excludable = Exclude<ExcludableFilter, "metadata">;
export type Exclusion = `not_${Excludable}`;

export function isExcludable(name: string): name is Excludable {
  return FILTER_PARAMETERS.some((parameter) => parameter === `not_${name}`);
}

/** The exclusion of a filter. */
export function exclusionOf<Name extends Excludable>(name: Name): `not_${Name}` {
  return `not_${name}`;
}

/** What an exclusion leaves out by; any other filter is itself. */
export function excludedBy(name: FilterName): Exclude<FilterName, Exclusion> {
  // Each exclusion is called after its filter.
  return name.replace(/^not_/, "") as Exclude<FilterName, Exclusion>;
}

export function isExclusion(name: FilterName): name is Exclusion {
  return name !== excludedBy(name);
}

/**
 * Everything that the page's address can say: the filters, the time zone, the order and the grouping where they are not the default, the event that is shown; and a name
 * for each path of metadata.
 */
export type AddressName = (typeof FILTER_NAMES)[number] | "tz" | "order" | "group" | "event";

export function isAddressName(name: string): boolean {
  return (
    name === "tz" ||
    name === "order" ||
    name === "group" ||
    name === "event" ||
    isMetadata(name) ||
    FILTER_NAMES.some((one) => one === name)
  );
}

const BOUND_LABELS: Readonly<Record<keyof Bounds, string>> = {
  start: "Start Date",
  end: "End Date",
  range: "Range",
  as_of: "Recorded up to position",
  since: "Recorded after position",
};

/** What a filter is called; an exclusion is called as its filter is. */
export function filterLabel(name: FilterName): string {
  const meaning = meaningOf(name);
  if (meaning === undefined) return BOUND_LABELS[name as keyof Bounds];
  const { label } = FILTERS[meaning.filter];
  return meaning.path === undefined ? label : `${label} ${meaning.path}`;
}

/** Longest text the server takes for a filter. */
export const FREE_TEXT_MAX = FILTER_VALUE_LENGTH_MAX;

/** What the URL said but cannot be meant. */
export interface Ignored {
  readonly name: FilterName | "tz" | "order" | "group";
  readonly value: string;
  readonly reason: string;
}

/** The address's raw search values: a string each, or several when a name is repeated. */
export type RawSearch = { readonly [key in FilterName]?: string | readonly string[] };

/** Why a value cannot be meant; undefined when it can. */
export function filterFault(name: FilterName, value: string): string | undefined {
  const meaning = meaningOf(name);
  if (meaning !== undefined) {
    // Whether a value can be meant, the SDK's table says; how that is put here, this page.
    return selectionFault(meaning, value) === undefined ? undefined : faultText(meaning, value);
  }
  switch (name) {
    case "start":
    case "end":
      return isBound(value) ? undefined : "not a date of the form YYYY-MM-DD, nor a time";
    case "range":
      return isPreset(value) ? undefined : "not one of 1h, 24h, 7d, 30d, 90d";
    default:
      return parsePosition(value) === undefined ? positionFault(value) : undefined;
  }
}

/** Links and saved views of earlier versions have a number alone. */
function positionFault(value: string): string {
  return /^\d+$/.test(value) ? "a position of an earlier version: it does not name its log" : "not a position";
}

function faultText(meaning: NonNullable<ReturnType<typeof meaningOf>>, value: string): string {
  const definition = FILTERS[meaning.filter];
  if (value.length > FREE_TEXT_MAX) return `longer than ${FREE_TEXT_MAX} characters`;
  if ("values" in definition) return `not one of ${definition.values.join(", ")}`;
  switch (definition.match) {
    case "action":
      return "not an action";
    case "address":
      return "not an IP address or range";
    case "time_of_day":
      return "not two times such as 18:00-08:00 or mon-fri 08:00-18:00";
    case "metadata":
      return "not a value at a path of metadata";
    default:
      return "not a text that can be searched for";
  }
}

/** Whether a filter can hold several values. */
export function isRepeatable(name: FilterName): boolean {
  const meaning = meaningOf(name);
  return meaning !== undefined && isRepeatableFilter(meaning);
}

/** Values that one filter takes, at most: the server's own bound. */
export const VALUES_MAX = FILTER_VALUES_MAX;

/** Reads the filters out of the address; a value that cannot be meant is ignored, and said so. */
export function readFilters(search: RawSearch): { filters: Filters; ignored: Ignored[] } {
  const filters: { [key in FilterName]?: string | string[] } = {};
  const ignored: Ignored[] = [];
  for (const name of namesOf(search)) {
    for (const value of [search[name] ?? []].flat()) {
      if (value === "") continue;
      const taken = filters[name];
      const several = isRepeatable(name);
      const reason =
        filterFault(name, value) ??
        (taken !== undefined && !several ? "given more than once" : undefined) ??
        (several && taken?.length === VALUES_MAX ? `above the limit of ${VALUES_MAX} values` : undefined) ??
        (name === "range" && (filters.start ?? filters.end) !== undefined ? "replaced by the dates" : undefined);
      if (reason !== undefined) ignored.push({ name, value, reason });
      else if (!several) filters[name] = value;
      else if (!taken?.includes(value)) filters[name] = [taken ?? [], value].flat();
    }
  }
  // The default needs no word.
  if (filters.range === DEFAULT_PRESET) delete filters.range;
  // Each value was just found to be one of its name.
  return { filters: filters as Filters, ignored };
}

/** The filters as the API takes them, for one organization. */
export function toQuery(filters: Filters, tenant: string, clock: Clock): URLSearchParams {
  const { start, end } = resolveRange(filters, clock);
  const query = new URLSearchParams({ tenant_id: tenant, start });
  if (end !== undefined) query.set("end", end);
  if (clock.zone !== "UTC") query.set("tz", clock.zone);
  const { start: _start, end: _end, range: _range, ...others } = filters;
  for (const name of namesOf(others)) {
    if (name in others)
      for (const value of [others[name as keyof typeof others] ?? []].flat()) query.append(name, value);
  }
  return query;
}

/** One filter changed; a value that equals its default, or nothing, leaves the address. */
export function withFilter<Name extends FilterName>(
  filters: Filters,
  name: Name,
  value: Filters[Name] | "",
  clock: Clock,
): Filters {
  const { [name]: _previous, ...rest } = filters;
  // Without one filter these are still filters; that spreading keeps each to its own type is lost on the compiler.
  let others = rest as Filters;
  const empty = value === undefined || (typeof value === "string" ? value.trim() === "" : value.length === 0);
  if (name === "range") {
    const { start: _start, end: _end, ...unbound } = others;
    return empty || value === DEFAULT_PRESET ? unbound : { ...unbound, range: value as Preset };
  }
  if (name === "start" || name === "end") {
    const bound: "start" | "end" = name;
    if (filters.range !== undefined) {
      // One bound changes, the other stays where it is seen to be.
      const { range: _range, ...bounds } = others;
      const { start, end } = resolveRange(filters, clock);
      others = bound === "start" ? { ...bounds, ...(end !== undefined && { end }) } : { ...bounds, start };
    }
    if (!empty && value === resolveRange(others, clock)[bound]) return others;
  }
  if (empty) return others;
  return { ...(isExcludable(name) ? admitting(others, name, [value].flat()) : others), [name]: value };
}

/** The filters, but these values no longer left out: who asks for them wants to see them. */
export function admitting(filters: Filters, name: Excludable, values: readonly unknown[]): Filters {
  const exclusion: Exclusion = exclusionOf(name);
  const { [exclusion]: excluded, ...others } = filters;
  const left = excluded?.filter((one) => !values.includes(one)) ?? [];
  return left.length === 0 ? others : { ...others, [exclusion]: left };
}

/** The filters that differ from their default. */
export function activeFilters(filters: Filters): FilterName[] {
  return namesOf(filters).filter((name) => filters[name] !== undefined);
}
