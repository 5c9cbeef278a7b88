import type { FieldError } from "@daybook/sdk";
import type { z } from "zod";
import { DaybookError } from "../errors.ts";
import type { Exclusion, Mark, Query, Selection } from "./contract.ts";
import {
  FILTER_NAMES,
  type FilterParameters,
  fixedFilter,
  reviewedFilter,
  type SelectionParameters,
} from "./parameters.ts";
import { boundInstant, isDay } from "./range.ts";
import type { Tenant } from "./tenant.ts";

const RANGE_DEFAULT_MS = 30 * 24 * 3_600_000;

/**
 * Reads a request's query parameters.
 *
 * @throws DaybookError `invalid_parameter` with all faults at once, each naming its parameter.
 */
export function parseParameters<Schema extends z.ZodType>(schema: Schema, sent: URLSearchParams): z.output<Schema> {
  const texts: Record<string, string | string[]> = {};
  for (const name of new Set(sent.keys())) {
    const [first = "", ...rest] = sent.getAll(name);
    Object.defineProperty(texts, name, { value: rest.length > 0 ? [first, ...rest] : first, enumerable: true });
  }
  const result = schema.safeParse(texts);
  if (result.success) return result.data;
  throw invalid(
    result.error.issues.flatMap((issue) =>
      issue.code === "unrecognized_keys"
        ? issue.keys.map((key) => ({ pointer: key, message: issue.message }))
        : [{ pointer: String(issue.path[0]), message: issue.message }],
    ),
  );
}

/**
 * Reads the filter that a viewer token fixes.
 *
 * @throws DaybookError `invalid_input` with all faults at once, as pointers into the filter.
 */
export function parseFixedFilter(filter: unknown): SelectionParameters {
  return parseJson(fixedFilter, filter);
}

/** Reads the filters that a review was made with. @throws as `parseFixedFilter` */
export function parseReviewed(filters: unknown): z.output<typeof reviewedFilter> {
  return parseJson(reviewedFilter, filters);
}

function parseJson<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const errors = result.error.issues.flatMap((issue) =>
    (issue.code === "unrecognized_keys" ? issue.keys : [issue.path.join("/")]).map((path) => ({
      pointer: `/${path}`,
      message: issue.message,
    })),
  );
  throw new DaybookError("invalid_input", "The filters are not valid.", { errors });
}

/** Whose events are asked for, and as of when. */
export interface QueryScope {
  readonly tenant: Tenant;
  /** What the reader may see of it; undefined is everything. */
  readonly within: SelectionParameters | undefined;
  readonly asOf: Mark;
  readonly since: Mark | undefined;
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
}

/**
 * The parameters `as_of` and `since` play no part: what they mean depends on who reads, and the scope says it.
 *
 * @param faults others that were found in the parameters already. @throws DaybookError `invalid_parameter` with all of them.
 */
export function resolveQuery(
  parameters: FilterParameters,
  { tenant, within, asOf, since, now }: QueryScope,
  faults: FieldError[] = [],
): Query {
  const zone = parameters.tz ?? "UTC";
  const end = parameters.end === undefined ? undefined : boundInstant(parameters.end, zone, "end");
  const start =
    parameters.start === undefined
      ? (end ?? now) - RANGE_DEFAULT_MS
      : (boundInstant(parameters.start, zone, "start") ?? Number.NaN);
  if (end !== undefined && start > end - (isDay(parameters.end) ? 1 : 0)) {
    faults.push({ pointer: "start", message: "must not lie after end" });
  }
  if (faults.length > 0) throw invalid(faults);
  return {
    ...selectionOf(parameters),
    tenant,
    within: within && selectionOf(within),
    start,
    end,
    asOf,
    since,
    now,
  };
}

function selectionOf(parameters: SelectionParameters): Selection {
  const actions = [...new Set(parameters.action)];
  return {
    actions: {
      include: actions.filter((action) => !action.startsWith("-")),
      exclude: actions.filter((action) => action.startsWith("-")).map((action) => action.slice(1)),
    },
    resourceType: parameters.resource_type,
    resourceId: parameters.resource_id,
    q: parameters.q,
    actorId: parameters.actor_id,
    role: parameters.role,
    ip: parameters.ip,
    outcomes: [...new Set(parameters.outcome)],
    requestId: parameters.request_id,
    sessionId: parameters.session_id,
    not: exclusionOf(parameters),
  };
}

function exclusionOf(parameters: SelectionParameters): Exclusion {
  return {
    resourceTypes: [...new Set(parameters.not_resource_type)],
    resourceIds: [...new Set(parameters.not_resource_id)],
    actorIds: [...new Set(parameters.not_actor_id)],
    roles: [...new Set(parameters.not_role)],
    ips: [...new Set(parameters.not_ip)],
    outcomes: [...new Set(parameters.not_outcome)],
    requestIds: [...new Set(parameters.not_request_id)],
    sessionIds: [...new Set(parameters.not_session_id)],
  };
}

/** The filters as they were sent, in one order, whatever else the request carried. */
export function parametersOf(parameters: FilterParameters): unknown[] {
  return FILTER_NAMES.map((name) => {
    const value = parameters[name];
    return Array.isArray(value) ? [...new Set(value)].sort() : (value ?? null);
  });
}

function invalid(errors: FieldError[]): DaybookError {
  const [first] = errors;
  return new DaybookError("invalid_parameter", `${first?.pointer} ${first?.message}.`, { errors });
}
