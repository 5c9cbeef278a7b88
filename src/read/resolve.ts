import type { FieldError } from "@daybook/sdk";
import { selectionOf } from "@daybook/sdk/filters";
import { DaybookError } from "../errors.ts";
import {
  BOUND_MIN,
  boundInstant,
  type FilterParameters,
  invalidParameters,
  isDay,
  type Mark,
  type Query,
  type SelectionParameters,
  type Tenant,
} from "../query/index.ts";

const RANGE_DEFAULT_MS = 30 * 24 * 3_600_000;

/** Who names one request, session, trace or entry means it, however long ago it was. */
const WHENEVER = ["request_id", "session_id", "trace_id", "sequence"] as const;

/** How one reader counts, and how far search has come for them. */
export interface Positions {
  readonly by: Mark["by"];
  /** The newest that can be searched. */
  readonly indexed: number;
  mark(value: number): Mark;
  /** As the reader gets it. */
  format(mark: Mark): string;
  /** @returns the mark, or what is wrong with the text. */
  parse(text: string): Mark | { readonly fault: string };
}

/** What a request can read, and when it began. */
export interface ReadScope {
  readonly tenant: Tenant;
  /** What the reader can see of it; undefined is everything. */
  readonly within: SelectionParameters | undefined;
  readonly positions: Positions;
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
  /** Aborts when the request is cancelled. */
  readonly signal?: AbortSignal | undefined;
}

/** Calls that list events take an order; others count them. */
interface Ordered {
  readonly order?: Query["order"] | undefined;
}

/** @throws DaybookError `invalid_parameter` with all that is wrong; `search_unavailable` when as_of cannot be searched yet. */
export function resolveQuery(parameters: FilterParameters & Ordered, scope: ReadScope): Query {
  const { tenant, within, positions, now, signal } = scope;
  const faults: FieldError[] = [];
  const marked = (name: "as_of" | "since") => markOf(name, parameters, positions, faults);
  const [asOf = positions.mark(positions.indexed), since] = [marked("as_of"), marked("since")];
  const { start, end } = rangeOf(parameters, now, faults);
  if (faults.length > 0) throw invalidParameters(faults);
  requireIndexed(asOf, positions);
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

/** @throws DaybookError `search_unavailable` when search has not come as far yet. */
export function requireIndexed({ value }: Mark, { indexed }: Positions): void {
  if (value <= indexed) return;
  throw new DaybookError("search_unavailable", "Search has not read up to this position of the log yet.", {
    retryAfterSeconds: 1,
  });
}

function markOf(
  name: "as_of" | "since",
  { [name]: text }: FilterParameters,
  positions: Positions,
  faults: FieldError[],
): Mark | undefined {
  const mark = text === undefined ? undefined : positions.parse(text);
  if (mark === undefined || "by" in mark) return mark;
  faults.push({ pointer: name, message: mark.fault });
  return undefined;
}

function rangeOf(parameters: FilterParameters, now: number, faults: FieldError[]): Pick<Query, "start" | "end"> {
  const zone = parameters.tz ?? "UTC";
  const end = parameters.end === undefined ? undefined : boundInstant(parameters.end, zone, "end");
  const start =
    parameters.start === undefined
      ? defaultStart(parameters, end ?? now)
      : (boundInstant(parameters.start, zone, "start") ?? Number.NaN);
  if (end !== undefined && start > end - (isDay(parameters.end) ? 1 : 0)) {
    faults.push({ pointer: "start", message: "must not be after end" });
  }
  return { start, end };
}

function defaultStart(parameters: FilterParameters, end: number): number {
  return WHENEVER.some((name) => parameters[name] !== undefined) ? BOUND_MIN : end - RANGE_DEFAULT_MS;
}
