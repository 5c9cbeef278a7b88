import { ACTOR_TYPES, type JsonValue, OUTCOMES } from "./event.ts";
import { WEEKDAYS } from "./local-time.ts";

/**
 * The one table of filters: what events are chosen by. The API's parameters and their description, the SQL of search, the console's
 * chips, the fixed filters of viewer tokens and `matches` are all derived from it, so a filter is added here and nowhere else. One over
 * anything but a text of the context also gets its SQL in src/search/conditions.ts, and a column where it needs one that is not there.
 */

/** What of an event filters look at: an event as the API returns it, or with its metadata still as JSON text. */
export interface FilterableEvent {
  readonly sequence: number;
  readonly source: { readonly type: string; readonly id?: string };
  readonly timestamp: string;
  readonly action: string;
  readonly outcome: string;
  readonly actor: Person & { readonly role?: string; readonly on_behalf_of?: Person };
  readonly resource: Thing;
  readonly targets?: readonly Thing[];
  readonly description?: string;
  readonly context?: { readonly [name: string]: string | undefined };
  readonly metadata?: string | { readonly [key: string]: JsonValue };
}

interface Person {
  readonly type: string;
  readonly id?: string;
  readonly name?: string;
  readonly email?: string;
}

interface Thing {
  readonly type: string;
  readonly id?: string;
  readonly name?: string;
}

/**
 * How a value is compared with a field.
 * - `exact`: equal.
 * - `folded`: equal, whatever the case.
 * - `sequence`: the number, in decimal digits.
 * - `action`: equal, or a family such as `api_key.*`; a leading `-` excludes.
 * - `beginning`: equal to it or begins with it, whatever the case. As an exclusion only equal, whatever the case: a beginning would
 *   also hide values that nobody has looked at.
 * - `address`: an address, or one within the range.
 * - `text`: occurs in it, whatever the case. No wildcards.
 * - `metadata`: one parameter for each path, `metadata.<path>`; equal to a leaf at that path.
 * - `time_of_day`, `weekday`: the local time in the time zone `tz`.
 * - `first_seen`: known to search alone, since it depends on other events.
 */
export type Match =
  | "exact"
  | "folded"
  | "sequence"
  | "action"
  | "beginning"
  | "address"
  | "text"
  | "metadata"
  | "time_of_day"
  | "weekday"
  | "first_seen";

export interface FilterDefinition {
  /** As the console names it. */
  readonly label: string;
  /** One sentence for the API's description. */
  readonly description: string;
  readonly example: string;
  readonly match: Match;
  /** The fields of the event it looks at; one of them must match. Absent ones match nothing. Empty for what is not a field. */
  readonly fields: (event: FilterableEvent) => readonly (string | undefined)[];
  /** The only values there are. */
  readonly values?: readonly string[];
  /** Several values: one of them must match. */
  readonly repeatable: boolean;
  /** `not_<name>` leaves out events that hold any of its values. An event without the field stays. */
  readonly excludable: boolean;
  /** The values that the data holds can be counted. */
  readonly facet: boolean;
  /** It is the text of that name in the event's context, which search keeps in a column of that name. Then nothing else is to be written. */
  readonly ofContext?: true;
}

export const FILTERS = {
  action: {
    label: "Action Type",
    description: "An action, or a family such as `api_key.*`; a leading `-` excludes.",
    example: "api_key.*",
    match: "action",
    fields: ({ action }) => [action],
    repeatable: true,
    excludable: false,
    facet: true,
  },
  outcome: {
    label: "Outcome",
    description: "The outcome.",
    example: "failure",
    match: "exact",
    fields: ({ outcome }) => [outcome],
    values: OUTCOMES,
    repeatable: true,
    excludable: true,
    facet: true,
  },
  resource_type: {
    label: "Resource Type",
    description: "The type of the resource or of a target equals this or begins with it, whatever the case.",
    example: "api",
    match: "beginning",
    fields: ({ resource, targets }) => [resource.type, ...(targets ?? []).map(({ type }) => type)],
    repeatable: false,
    excludable: true,
    facet: true,
  },
  resource_id: {
    label: "Resource ID",
    description: "The id of the resource or of a target.",
    example: "key_8f2",
    match: "exact",
    fields: ({ resource, targets }) => [resource.id, ...(targets ?? []).map(({ id }) => id)],
    repeatable: true,
    excludable: true,
    facet: false,
  },
  resource: {
    label: "Resource",
    description: "The id or the name of the resource or of a target equals this, whatever the case.",
    example: "Customers",
    match: "folded",
    fields: ({ resource, targets = [] }) => [resource, ...targets].flatMap(({ id, name }) => [id, name]),
    repeatable: true,
    excludable: true,
    facet: false,
  },
  who: {
    label: "Who",
    description:
      "The id, name or e-mail of the actor, or of whom they acted for, equals this, whatever the case. For a part of it, use `q`.",
    example: "ada@example.com",
    match: "folded",
    fields: ({ actor }) => [actor, actor.on_behalf_of].flatMap((one) => [one?.id, one?.name, one?.email]),
    repeatable: true,
    excludable: true,
    facet: false,
  },
  actor_id: {
    label: "User ID",
    description: "The actor's id.",
    example: "user_42",
    match: "exact",
    fields: ({ actor }) => [actor.id],
    repeatable: true,
    excludable: true,
    facet: true,
  },
  actor_type: {
    label: "Actor Type",
    description: "The actor's type.",
    example: "agent",
    match: "exact",
    fields: ({ actor }) => [actor.type],
    values: ACTOR_TYPES,
    repeatable: true,
    excludable: true,
    facet: true,
  },
  on_behalf_of: {
    label: "On Behalf Of",
    description: "The id of the person or program that the actor acted for.",
    example: "user_42",
    match: "exact",
    fields: ({ actor }) => [actor.on_behalf_of?.id],
    repeatable: true,
    excludable: true,
    facet: true,
  },
  role: {
    label: "Role",
    description: "The actor's role.",
    example: "admin",
    match: "exact",
    fields: ({ actor }) => [actor.role],
    repeatable: true,
    excludable: true,
    facet: true,
  },
  ip: {
    label: "IP Address",
    description: "An IPv4 or IPv6 address, or a CIDR range, however it is spelled.",
    example: "203.0.113.0/24",
    match: "address",
    fields: ({ context }) => [context?.ip],
    repeatable: true,
    excludable: true,
    facet: true,
  },
  q: {
    label: "Search",
    description:
      "Text that occurs in the description, in an id or a name of the resource or a target, or in the id, name or e-mail of the actor or of whom they acted for. The case does not matter, and there are no wildcards.",
    example: "production",
    match: "text",
    fields: searchedTexts,
    repeatable: false,
    excludable: false,
    facet: false,
  },
  request_id: {
    label: "Request ID",
    description: "The request's id.",
    example: "req_01",
    match: "exact",
    fields: ({ context }) => [context?.request_id],
    repeatable: true,
    excludable: true,
    facet: false,
    ofContext: true,
  },
  session_id: {
    label: "Session ID",
    description: "The session's id.",
    example: "ses_01",
    match: "exact",
    fields: ({ context }) => [context?.session_id],
    repeatable: true,
    excludable: true,
    facet: false,
    ofContext: true,
  },
  trace_id: {
    label: "Trace ID",
    description: "The trace's id.",
    example: "4bf92f3577b34da6a3ce929d0e0e4736",
    match: "exact",
    fields: ({ context }) => [context?.trace_id],
    repeatable: true,
    excludable: true,
    facet: false,
    ofContext: true,
  },
  user_agent: {
    label: "User Agent",
    description: "The user agent, as it was sent.",
    example: "curl/8.5.0",
    match: "exact",
    fields: ({ context }) => [context?.user_agent],
    repeatable: true,
    excludable: true,
    facet: false,
    ofContext: true,
  },
  source: {
    label: "Source",
    description: "Who delivered it: `daybook`, `api_key` or `import`, or the id of one of them.",
    example: "key_8f2",
    match: "exact",
    fields: ({ source }) => [source.type, source.id],
    repeatable: true,
    excludable: true,
    facet: false,
  },
  sequence: {
    label: "Entry",
    description: "The number of the entry: one event, whatever its id.",
    example: "41999",
    match: "sequence",
    fields: ({ sequence }) => [String(sequence)],
    repeatable: true,
    excludable: true,
    facet: false,
  },
  metadata: {
    label: "Metadata",
    description:
      "A value in the metadata, by its path: keys joined by `.`; `.` and `\\` inside a key are escaped by `\\`. A string is compared as it is, another value as compact JSON. A list matches when one of its elements does.",
    example: "eu-west-1",
    match: "metadata",
    fields: () => [],
    repeatable: true,
    excludable: true,
    facet: false,
  },
  time_of_day: {
    label: "Time of Day",
    description:
      "The local time in `tz`: from the first minute on, before the second. It can go over midnight, and begin with a weekday or a range of them.",
    example: "18:00-08:00",
    match: "time_of_day",
    fields: ({ timestamp }) => [timestamp],
    repeatable: false,
    excludable: true,
    facet: false,
  },
  weekday: {
    label: "Weekday",
    description: "The day of the week in `tz`.",
    example: "sat",
    match: "weekday",
    fields: ({ timestamp }) => [timestamp],
    values: WEEKDAYS,
    repeatable: true,
    excludable: false,
    facet: false,
  },
  first_seen: {
    label: "First Seen",
    description:
      "`true`: only events recorded within 24 hours of the first event, by sequence, of that actor at that address.",
    example: "true",
    match: "first_seen",
    fields: () => [],
    values: ["true"],
    repeatable: false,
    excludable: false,
    facet: false,
  },
} as const satisfies Readonly<Record<string, FilterDefinition>>;

export type FilterName = keyof typeof FILTERS;

/** The names of the filters that have a property. */
type Having<Property extends "repeatable" | "excludable" | "facet"> = {
  [Name in FilterName]: (typeof FILTERS)[Name][Property] extends true ? Name : never;
}[FilterName];

export type RepeatableFilter = Having<"repeatable">;
export type ExcludableFilter = Having<"excludable">;
export type FacetField = Having<"facet">;

/** Filters over a text of the context. */
export type ContextFilter = {
  [Name in FilterName]: (typeof FILTERS)[Name] extends { ofContext: true } ? Name : never;
}[FilterName];

/** Filters whose parameter has their own name: all but metadata, which has a parameter for each path. */
export type NamedFilter = Exclude<FilterName, "metadata">;
export type Exclusion = `not_${Exclude<ExcludableFilter, "metadata">}`;
export type MetadataParameter = `metadata.${string}` | `not_metadata.${string}`;

/** Filters by the names of the API's parameters. Absent ones exclude nothing. */
export type Filters = {
  readonly [Name in NamedFilter]?: (Name extends RepeatableFilter ? readonly string[] : string) | undefined;
} & { readonly [Name in Exclusion]?: readonly string[] | undefined } & {
  readonly [Name in MetadataParameter]?: readonly string[] | undefined;
} & {
  /** The IANA time zone of `time_of_day` and `weekday`. Default: UTC. */
  readonly tz?: string | undefined;
};

export const FILTER_NAMES = Object.keys(FILTERS) as readonly FilterName[];

export const FACET_FIELDS = FILTER_NAMES.filter((name) => FILTERS[name].facet) as readonly FacetField[];

export const CONTEXT_FILTERS = FILTER_NAMES.filter(isOfContext);

export function isOfContext(name: FilterName): name is ContextFilter {
  return "ofContext" in FILTERS[name];
}

function searchedTexts({ description, resource, targets = [], actor }: FilterableEvent): (string | undefined)[] {
  const { on_behalf_of: principal } = actor;
  return [
    description,
    ...[resource, ...targets].flatMap(({ id, name }) => [id, name]),
    ...[actor, principal].flatMap((one) => [one?.id, one?.name, one?.email]),
  ];
}
