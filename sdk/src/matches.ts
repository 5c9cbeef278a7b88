import { parseAddress, parseAddressRange } from "./address-range.ts";
import { meaningOf, type ParameterMeaning } from "./filter-parameters.ts";
import { FILTERS, type FilterableEvent, type Filters, type Match } from "./filters.ts";
import { fold } from "./fold.ts";
import { isWithin, localTime, parseTimeOfDay } from "./local-time.ts";
import { metadataLeaves } from "./metadata-leaves.ts";

/**
 * What filters mean, one event at a time: the same as search answers over all of them, without it. For fixed filters, live streams and
 * whoever checks what search said.
 */

/** One thing that an event must be, or must not be. A selection is all of its conditions; an empty one is everything. */
export interface Condition extends ParameterMeaning {
  /** One of these. */
  readonly values: readonly string[];
  /** Of times: the time zone that is meant. */
  readonly zone?: string;
}

export type Selection = readonly Condition[];

/** The conditions that filters stand for. @param filters each value passes `filterFault`. */
export function selectionOf(filters: Filters): Selection {
  const zone = filters.tz ?? "UTC";
  return Object.entries(filters).flatMap(([parameter, sent]) => {
    const meaning = meaningOf(parameter);
    const values = [...new Set([sent ?? []].flat() as string[])];
    if (meaning === undefined || values.length === 0) return [];
    const { match } = FILTERS[meaning.filter];
    if (match === "action") return actionConditions(values);
    return [{ ...meaning, values, ...((match === "time_of_day" || match === "weekday") && { zone }) }];
  });
}

/** Includes are OR'ed, then excludes apply. */
function actionConditions(values: readonly string[]): Condition[] {
  const included = values.filter((value) => !value.startsWith("-"));
  const excluded = values.filter((value) => value.startsWith("-")).map((value) => value.slice(1));
  return [
    { filter: "action" as const, exclude: false, values: included },
    { filter: "action" as const, exclude: true, values: excluded },
  ].filter((condition) => condition.values.length > 0);
}

/** Whether an event matches filters. For many events, `matcher` once is faster. */
export function matches(event: FilterableEvent, filters: Filters): boolean {
  return matcher(selectionOf(filters))(event);
}

/** @throws RangeError for `first_seen`, which an event by itself does not show. */
export function matcher(selection: Selection): (event: FilterableEvent) => boolean {
  const tests = selection.map(testOf);
  return (event) => tests.every((test) => test(event));
}

type Test = (event: FilterableEvent) => boolean;

function testOf(condition: Condition): Test {
  const { filter, exclude } = condition;
  if (FILTERS[filter].match === "metadata") return metadataTest(condition);
  const { fields } = FILTERS[filter];
  const fits = COMPARISONS[FILTERS[filter].match](condition);
  return (event) => fields(event).some((field) => field !== undefined && fits(field)) !== exclude;
}

function metadataTest({ path, values, exclude }: Condition): Test {
  return ({ metadata }) => {
    const object = typeof metadata === "string" ? JSON.parse(metadata) : (metadata ?? {});
    return metadataLeaves(object).some((leaf) => leaf.path === path && values.includes(leaf.value)) !== exclude;
  };
}

function exact({ values }: Condition): (field: string) => boolean {
  const wanted = new Set(values);
  return (field) => wanted.has(field);
}

const COMPARISONS: Record<Exclude<Match, "metadata">, (condition: Condition) => (field: string) => boolean> = {
  exact,
  sequence: exact,
  folded({ values }) {
    const wanted = new Set(values.map(fold));
    return (field) => wanted.has(fold(field));
  },
  action({ values }) {
    return (action) =>
      values.some((value) => (value.endsWith(".*") ? action.startsWith(value.slice(0, -1)) : action === value));
  },
  beginning({ values, exclude }) {
    const wanted = values.map(fold);
    return (field) => {
      const folded = fold(field);
      return wanted.some((value) => (exclude ? folded === value : folded.startsWith(value)));
    };
  },
  address({ values }) {
    const ranges = values.flatMap((value) => parseAddressRange(value) ?? []);
    return (field) => {
      const address = parseAddress(field);
      return address !== undefined && ranges.some(({ first, last }) => address >= first && address <= last);
    };
  },
  text({ values }) {
    const wanted = values.map(fold);
    return (field) => {
      const folded = fold(field);
      return wanted.some((value) => folded.includes(value));
    };
  },
  time_of_day({ values, zone = "UTC" }) {
    const times = values.flatMap((value) => parseTimeOfDay(value) ?? []);
    return (timestamp) => {
      const local = localTime(timestamp, zone);
      return times.some((time) => isWithin(time, local));
    };
  },
  weekday({ values, zone = "UTC" }) {
    return (timestamp) => values.includes(localTime(timestamp, zone).weekday);
  },
  first_seen() {
    throw new RangeError("first_seen depends on other events: an event by itself does not show it");
  },
};
