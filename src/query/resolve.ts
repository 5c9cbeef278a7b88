import type { FieldError } from "@daybook/sdk";
import { selectionOf } from "@daybook/sdk/filters";
import { invalidParameters } from "./filters.ts";
import type { FilterParameters, SelectionParameters } from "./parameters.ts";
import type { Mark, Query } from "./query.ts";
import { BOUND_MIN, boundInstant, isDay } from "./range.ts";
import type { Tenant } from "./tenant.ts";

const RANGE_DEFAULT_MS = 30 * 24 * 3_600_000;

/** Who names one request, session, trace or entry means it, however long ago it was. */
const WHENEVER = ["request_id", "session_id", "trace_id", "sequence"] as const;

/** Whose events are asked for, and as of when. */
export interface QueryScope {
  readonly tenant: Tenant;
  /** What the reader can see of it; undefined is everything. */
  readonly within: SelectionParameters | undefined;
  readonly asOf: Mark;
  readonly since: Mark | undefined;
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
  readonly signal?: AbortSignal | undefined;
}

/** Calls that list events take an order; others count them. */
interface Ordered {
  readonly order?: Query["order"] | undefined;
}

/**
 * The parameters `as_of` and `since` play no part: what they mean depends on who reads, and the scope says it.
 *
 * @param faults others that were found in the parameters already. @throws DaybookError `invalid_parameter` with all of them.
 */
export function resolveQuery(
  parameters: FilterParameters & Ordered,
  { tenant, within, asOf, since, now, signal }: QueryScope,
  faults: FieldError[] = [],
): Query {
  const zone = parameters.tz ?? "UTC";
  const end = parameters.end === undefined ? undefined : boundInstant(parameters.end, zone, "end");
  const start =
    parameters.start === undefined
      ? defaultStart(parameters, end ?? now)
      : (boundInstant(parameters.start, zone, "start") ?? Number.NaN);
  if (end !== undefined && start > end - (isDay(parameters.end) ? 1 : 0)) {
    faults.push({ pointer: "start", message: "must not be after end" });
  }
  if (faults.length > 0) throw invalidParameters(faults);
  return {
    tenant,
    selection: selectionOf(parameters),
    within: within && selectionOf(within),
    order: parameters.order ?? "desc",
    start,
    end,
    asOf,
    since,
    now,
    signal,
  };
}

function defaultStart(parameters: FilterParameters, end: number): number {
  return WHENEVER.some((name) => parameters[name] !== undefined) ? BOUND_MIN : end - RANGE_DEFAULT_MS;
}
