import {
  type AddressRange,
  type Condition,
  type ContextFilter,
  type FilterName,
  fold,
  formatAddress,
  isOfContext,
  parseAddressRange,
  parseTimeOfDay,
  WEEKDAYS,
} from "@daybook/sdk/filters";
import { leafText } from "./leaf-texts.ts";
import { FOLDED_ID, SEARCHED_TEXT } from "./schema.ts";
import { containing } from "./text-pattern.ts";

/** Gives a value a name of its own in a statement. @returns it as it is in SQL. */
export type Bind = (type: string, value: string | number | readonly (string | number)[]) => string;

type Builder = (condition: Condition, bind: Bind) => string;

/** The table of actors, and of resources, of the organization that the statement is about. */
const ACTORS = "{actors:Identifier} WHERE tenant_id = {tenant:String}";
const RESOURCES = "{resources:Identifier} WHERE tenant_id = {tenant:String}";

/**
 * The SQL of each filter: what `matches` of the SDK says, over columns. Each is true or false, never NULL, so that its exclusion is
 * its NOT. A filter of the table that has none here is a type error, but for those over a text of the context: they have a column each.
 */
const BUILDERS: Readonly<Record<Exclude<FilterName, ContextFilter>, Builder>> = {
  action,
  outcome: oneOf("outcome"),
  actor_type: oneOf("actor_type"),
  role: oneOf("role"),
  resource_type: resourceType,
  resource_id: ({ values }, bind) => ofResources(`id IN ${bind("Array(String)", values)}`),
  actor_id: ({ values }, bind) => ofActors(`part = 'actor' AND id IN ${bind("Array(String)", values)}`),
  on_behalf_of: ({ values }, bind) => ofActors(`part = 'on_behalf_of' AND id IN ${bind("Array(String)", values)}`),
  who: (condition, bind) => ofActors(anyText(condition, bind)),
  resource: (condition, bind) => ofResources(anyText(condition, bind)),
  ip: address,
  q: text,
  source: ({ values }, bind) => `hasAny(source, ${bind("Array(String)", values)})`,
  sequence: ({ values }, bind) => `sequence IN ${bind("Array(UInt64)", values.map(Number))}`,
  metadata: ({ path = "", values }, bind) => {
    const leaves = values.map((value) => leafText(path, value));
    return `hasAny(metadata, ${bind("Array(String)", leaves)})`;
  },
  time_of_day: timeOfDay,
  weekday: ({ values, zone = "UTC" }, bind) => onDays(values, bind("String", zone), bind),
  first_seen: () => "first_seen",
};

export function conditionSql(condition: Condition, bind: Bind): string {
  const { filter } = condition;
  const build = isOfContext(filter) ? oneOf(filter) : BUILDERS[filter];
  const sql = build(condition, bind);
  return condition.exclude ? `NOT (${sql})` : `(${sql})`;
}

function oneOf(column: string): Builder {
  return ({ values }, bind) => `${column} IN ${bind("Array(String)", values)}`;
}

function ofActors(condition: string): string {
  return `actor IN (SELECT number FROM ${ACTORS} AND ${condition})`;
}

function ofResources(condition: string): string {
  const numbers = `(SELECT number FROM ${RESOURCES} AND ${condition})`;
  return `resource IN ${numbers} OR targets IN ${numbers}`;
}

/** One of the texts of an actor or a resource is one of the values. */
function anyText({ values }: Condition, bind: Bind): string {
  const wanted = bind("Array(String)", values.map(fold));
  return `(${FOLDED_ID} IN ${wanted} OR hasAny(others, ${wanted}))`;
}

/** One of the texts of an actor or a resource is like this. @param pattern as it is in SQL. */
export function textLike(pattern: string): string {
  return `(${FOLDED_ID} LIKE ${pattern} OR arrayExists(t -> t LIKE ${pattern}, others))`;
}

/** `api_key.*` is the beginning `api_key.`. */
function action({ values }: Condition, bind: Bind): string {
  const exact = values.filter((value) => !value.endsWith(".*"));
  const beginnings = values.filter((value) => value.endsWith(".*")).map((value) => value.slice(0, -1));
  const terms = [];
  if (exact.length > 0) terms.push(`action IN ${bind("Array(String)", exact)}`);
  if (beginnings.length > 0) {
    terms.push(`arrayExists(p -> startsWith(action, p), ${bind("Array(String)", beginnings)})`);
  }
  return terms.join(" OR ");
}

function resourceType({ values, exclude }: Condition, bind: Bind): string {
  const wanted = bind("Array(String)", values.map(fold));
  if (exclude) return `hasAny(folded_types, ${wanted})`;
  return `arrayExists(t -> arrayExists(w -> startsWith(t, w), ${wanted}), folded_types)`;
}

function address({ values }: Condition, bind: Bind): string {
  const ranges = values.map(parseAddressRange).filter((range) => range !== undefined);
  const bounds = (of: (range: AddressRange) => bigint) => bind("Array(IPv6)", ranges.map(of).map(formatAddress));
  const [first, last] = [bounds((range) => range.first), bounds((range) => range.last)];
  return `isNotNull(ip) AND arrayExists((first, last) -> assumeNotNull(ip) BETWEEN first AND last, ${first}, ${last})`;
}

/** The description last: its comparison costs most. */
function text({ values: [value = ""] }: Condition, bind: Bind): string {
  const needle = fold(value);
  // LIKE is what the text index answers.
  const pattern = bind("String", containing(needle));
  const within = textLike(pattern);
  // The line end between the texts is ours: a needle with one must not match across it.
  const indexed = `${SEARCHED_TEXT} LIKE ${pattern}${needle.includes("\n") ? ` AND ${within}` : ""}`;
  return `${ofActors(within)} OR ${ofResources(indexed)} OR description LIKE ${pattern}`;
}

function timeOfDay({ values, zone = "UTC" }: Condition, bind: Bind): string {
  const tz = bind("String", zone);
  const minute = `toHour(timestamp, ${tz}) * 60 + toMinute(timestamp, ${tz})`;
  const times = values.flatMap((value) => parseTimeOfDay(value) ?? []);
  return times
    .map(({ days, from, to }) => {
      const [first, end] = [bind("UInt16", from), bind("UInt16", to)];
      const within = `(${minute} >= ${first} ${from < to ? "AND" : "OR"} ${minute} < ${end})`;
      return days === undefined ? within : `(${within} AND ${onDays(days, tz, bind)})`;
    })
    .join(" OR ");
}

/** @param tz a time zone as it is in SQL. */
function onDays(days: readonly string[], tz: string, bind: Bind): string {
  const numbers = days.map((day) => (WEEKDAYS as readonly string[]).indexOf(day) + 1);
  return `toDayOfWeek(timestamp, 0, ${tz}) IN ${bind("Array(UInt8)", numbers)}`;
}
