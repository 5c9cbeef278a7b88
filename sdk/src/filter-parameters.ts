import { parseAddressRange } from "./address-range.ts";
import {
  type Exclusion,
  FILTER_NAMES,
  FILTERS,
  type FilterDefinition,
  type FilterName,
  type NamedFilter,
} from "./filters.ts";
import { parseTimeOfDay } from "./local-time.ts";
import { isMetadataPath } from "./metadata-leaves.ts";

/** Filters as parameters of the API: what a name says, and which values it takes. */

/** The parameters of all filters but metadata, each filter followed by its exclusion. */
export const FILTER_PARAMETERS = FILTER_NAMES.filter((name) => name !== "metadata").flatMap((name) =>
  FILTERS[name].excludable ? [name, `not_${name}`] : [name],
) as readonly (NamedFilter | Exclusion)[];

/** What a parameter's name says. */
export interface ParameterMeaning {
  readonly filter: FilterName;
  readonly exclude: boolean;
  /** Of metadata: the path of the leaf. */
  readonly path?: string;
}

/** @returns undefined when no filter has such a parameter. */
export function meaningOf(parameter: string): ParameterMeaning | undefined {
  const exclude = parameter.startsWith("not_");
  const rest = exclude ? parameter.slice(4) : parameter;
  if (rest.startsWith("metadata.")) return { filter: "metadata", exclude, path: rest.slice(9) };
  if (!isFilter(rest) || rest === "metadata" || (exclude && !FILTERS[rest].excludable)) return undefined;
  return { filter: rest, exclude };
}

export function isRepeatable({ filter, exclude }: ParameterMeaning): boolean {
  return exclude || FILTERS[filter].repeatable;
}

function isFilter(name: string): name is FilterName {
  return Object.hasOwn(FILTERS, name);
}

/** Values of one parameter, at most: each is compared with every event of the range. */
export const FILTER_VALUES_MAX = 100;
/** Characters (Unicode code points) of one value or path, at most. */
export const FILTER_VALUE_LENGTH_MAX = 1_024;

/** Whether a text is longer than filters take. */
export function isTooLong(text: string): boolean {
  // No text has more characters than UTF-16 units, and most are short.
  return text.length > FILTER_VALUE_LENGTH_MAX && [...text].length > FILTER_VALUE_LENGTH_MAX;
}

/** A sequence, as it is written: no sign and no zeros before it. */
const SEQUENCE = /^(?:0|[1-9]\d{0,14})$/;
const ACTION = /^-?[A-Za-z0-9][A-Za-z0-9_.:-]{0,127}(?:\.\*)?$/;

/** Why a filter cannot take a value; undefined when it can. */
export function filterFault({ filter, path }: ParameterMeaning, value: string): string | undefined {
  const definition: FilterDefinition = FILTERS[filter];
  if (path !== undefined && isTooLong(path)) {
    return `must have a path of at most ${FILTER_VALUE_LENGTH_MAX} characters`;
  }
  if (path !== undefined && !isMetadataPath(path)) return "must have a path in which \\ is only before . or \\";
  if (value === "") return "must not be empty; leave it out instead";
  if (isTooLong(value)) return `must be at most ${FILTER_VALUE_LENGTH_MAX} characters`;
  // JSON can hold what is not text and cannot be recorded.
  if (/\p{Surrogate}/u.test(`${path ?? ""} ${value}`)) return "must be valid Unicode";
  if (definition.values?.includes(value) === false) return `must be ${oneOf(definition.values)}`;
  switch (definition.match) {
    case "action":
      return ACTION.test(value) ? undefined : "must be an action, or a family such as api_key.*; a leading - excludes";
    case "address":
      return parseAddressRange(value) === undefined ? "must be an IPv4 or IPv6 address or CIDR range" : undefined;
    case "sequence":
      return SEQUENCE.test(value) ? undefined : "must be the number of an entry";
    case "time_of_day":
      return parseTimeOfDay(value) === undefined
        ? "must be two times, such as 18:00-08:00 or mon-fri 08:00-18:00"
        : undefined;
    default:
      return undefined;
  }
}

function oneOf(values: readonly string[]): string {
  return values.length === 1 ? `${values[0]}` : `one of ${values.join(", ")}`;
}
