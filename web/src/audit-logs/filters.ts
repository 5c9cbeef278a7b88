import { OUTCOMES, type Outcome, parsePosition } from "@daybook/sdk";
import { type Bound, isBound } from "../time/bound.ts";
import { isAddressOrRange } from "./address.ts";
import { type Clock, DEFAULT_PRESET, isPreset, type Preset, resolveRange } from "./range.ts";

/** The filters of the page, as the URL holds them: what is absent has its default. */
export interface Filters {
  readonly start?: Bound;
  readonly end?: Bound;
  /** Never beside a start or an end. */
  readonly range?: Preset;
  /** Actions, or whole families as `family.*`; a leading `-` excludes. */
  readonly action?: readonly string[];
  readonly outcome?: readonly Outcome[];
  readonly resource_type?: string;
  readonly resource_id?: string;
  readonly actor_id?: string;
  readonly role?: string;
  /** An address or a CIDR range. */
  readonly ip?: string;
  readonly q?: string;
  readonly request_id?: string;
  readonly session_id?: string;
  /** Of what has the field: none of these. A resource type is meant whole here, whatever its case. */
  readonly not_outcome?: readonly Outcome[];
  readonly not_resource_type?: readonly string[];
  readonly not_resource_id?: readonly string[];
  readonly not_actor_id?: readonly string[];
  readonly not_role?: readonly string[];
  readonly not_ip?: readonly string[];
  readonly not_request_id?: readonly string[];
  readonly not_session_id?: readonly string[];
  /** A position of the log: only what was recorded up to it, or after it. */
  readonly as_of?: string;
  readonly since?: string;
}

export type FilterName = keyof Filters;
/** In the order they are read in. */
export const FILTER_NAMES = [
  "start",
  "end",
  "range",
  "action",
  "outcome",
  "not_outcome",
  "resource_type",
  "not_resource_type",
  "resource_id",
  "not_resource_id",
  "actor_id",
  "not_actor_id",
  "role",
  "not_role",
  "ip",
  "not_ip",
  "q",
  "request_id",
  "not_request_id",
  "session_id",
  "not_session_id",
  "as_of",
  "since",
] as const satisfies readonly FilterName[];

/** Each filter whose values can be left out as well, and the one that does. */
export const EXCLUSIONS = {
  outcome: "not_outcome",
  resource_type: "not_resource_type",
  resource_id: "not_resource_id",
  actor_id: "not_actor_id",
  role: "not_role",
  ip: "not_ip",
  request_id: "not_request_id",
  session_id: "not_session_id",
} as const satisfies { readonly [name in FilterName]?: FilterName };
export type Excludable = keyof typeof EXCLUSIONS;
export type Exclusion = (typeof EXCLUSIONS)[Excludable];

export function isExcludable(name: string): name is Excludable {
  return Object.hasOwn(EXCLUSIONS, name);
}

/** Values that one exclusion takes, at most: the server's own bound. */
export const EXCLUDED_MAX = 100;

/** What an exclusion leaves out by; any other filter is itself. */
export function excludedBy(name: FilterName): Exclude<FilterName, Exclusion> {
  // Each exclusion is called after its filter.
  return name.replace(/^not_/, "") as Exclude<FilterName, Exclusion>;
}

export function isExclusion(name: FilterName): name is Exclusion {
  return name !== excludedBy(name);
}

/** Everything the page's address may say: the filters, the time zone where it is not the default, the event that is shown. */
export const ADDRESS_NAMES = [...FILTER_NAMES, "tz", "event"] as const;
export type AddressName = (typeof ADDRESS_NAMES)[number];

export const FILTER_LABELS: Record<Exclude<FilterName, Exclusion>, string> = {
  start: "Start Date",
  end: "End Date",
  range: "Range",
  action: "Action Type",
  outcome: "Outcome",
  resource_type: "Resource Type",
  resource_id: "Resource ID",
  actor_id: "User ID",
  role: "Role",
  ip: "IP Address",
  q: "Search",
  request_id: "Request ID",
  session_id: "Session ID",
  as_of: "Recorded up to position",
  since: "Recorded after position",
};

/** Longest text the server takes for a free-text filter. */
export const FREE_TEXT_MAX = 256;

/** What the URL said but cannot be meant. */
export interface Ignored {
  readonly name: FilterName | "tz";
  readonly value: string;
  readonly reason: string;
}

/** The address's raw search values: a string each, or several when a name is repeated. */
export type RawSearch = { readonly [key in FilterName]?: string | readonly string[] };

const ACTION = /^-?(?:[A-Za-z0-9_.:-]{1,128}|[A-Za-z0-9_:-]{1,126}\.\*)$/;

/** Why a value cannot be meant; undefined when it can. */
export function filterFault(name: FilterName, value: string): string | undefined {
  switch (excludedBy(name)) {
    case "start":
    case "end":
      return isBound(value) ? undefined : "not a date of the form YYYY-MM-DD, nor a time";
    case "range":
      return isPreset(value) ? undefined : "none of 1h, 24h, 7d, 30d and 90d";
    case "action":
      return ACTION.test(value) && !/^-(?:-|$)/.test(value) ? undefined : "not an action";
    case "outcome":
      return (OUTCOMES as readonly string[]).includes(value) ? undefined : `none of ${OUTCOMES.join(", ")}`;
    case "ip":
      return isAddressOrRange(value) ? undefined : "not an IP address or range";
    case "as_of":
    case "since":
      return parsePosition(value) ? undefined : "not a position";
    default:
      return value.length <= FREE_TEXT_MAX ? undefined : `longer than ${FREE_TEXT_MAX} characters`;
  }
}

/** Whether a filter may hold several values. */
export function isRepeatable(name: FilterName): boolean {
  return name === "action" || name === "outcome" || isExclusion(name);
}

/** Reads the filters out of the address; a value that cannot be meant is ignored, and said so. */
export function readFilters(search: RawSearch): { filters: Filters; ignored: Ignored[] } {
  const filters: { [key in FilterName]?: string | string[] } = {};
  const ignored: Ignored[] = [];
  for (const name of FILTER_NAMES) {
    for (const value of [search[name] ?? []].flat()) {
      if (value === "") continue;
      const taken = filters[name];
      const several = isRepeatable(name);
      const reason =
        filterFault(name, value) ??
        (taken !== undefined && !several ? "given more than once" : undefined) ??
        (isExclusion(name) && taken?.length === EXCLUDED_MAX ? `one more than ${EXCLUDED_MAX}` : undefined) ??
        (name === "range" && (filters.start ?? filters.end) !== undefined ? "overruled by the dates" : undefined);
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
  for (const name of FILTER_NAMES) {
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
  const { [EXCLUSIONS[name]]: excluded, ...others } = filters;
  const left = excluded?.filter((one) => !values.includes(one)) ?? [];
  return left.length === 0 ? others : { ...others, [EXCLUSIONS[name]]: left };
}

/** The filters that differ from their default. */
export function activeFilters(filters: Filters): FilterName[] {
  return FILTER_NAMES.filter((name) => filters[name] !== undefined);
}
