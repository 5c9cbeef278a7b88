import type { FieldError } from "@daybook/sdk";
import type { z } from "zod";
import { DaybookError } from "../errors.ts";
import type { Exclusion, Keyset, Query, Selection } from "./contract.ts";
import { decodeCursor, encodeCursor, filtersHash, invalidCursor } from "./cursor.ts";
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

/** What a request may see, and as of when. */
export interface QueryScope {
  readonly tenant: Tenant;
  /** What the reader may see of it; undefined is everything. */
  readonly within: SelectionParameters | undefined;
  readonly logId: string;
  /** Number of entries in the log. */
  readonly recorded: number;
  /** Positions below this are searchable. */
  readonly position: number;
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
}

export interface ResolvedPage {
  readonly query: Query;
  /** Where the page begins: after this, or at the newest match. */
  readonly after: Keyset | undefined;
  /** The cursor of the page that begins after `last`. */
  cursorAfter(last: Keyset): string;
}

/** @throws DaybookError `invalid_parameter`, `invalid_cursor`; `search_unavailable` when as_of is not searchable yet. */
export function resolvePage(
  parameters: FilterParameters & { cursor?: string | undefined },
  scope: QueryScope,
): ResolvedPage {
  const filters = filtersHash([scope.tenant, parametersOf(parameters), scope.within && parametersOf(scope.within)]);
  const { logId } = scope;
  const cursor = parameters.cursor === undefined ? undefined : decodeCursor(parameters.cursor, { logId, filters });
  const resolved = resolveQuery(parameters, scope);
  const query = cursor
    ? { ...resolved, start: cursor.start, end: cursor.end, asOf: { by: "position" as const, value: cursor.asOf } }
    : resolved;
  const asOf = query.asOf.value;
  if (asOf >= scope.recorded) throw invalidCursor();
  if (asOf >= scope.position) throw notIndexed();
  const { start, end } = query;
  return {
    query,
    after: cursor?.after,
    cursorAfter: (after) => encodeCursor({ logId, asOf, start, end, after, filters }),
  };
}

/** @throws DaybookError `invalid_parameter`; `search_unavailable` when as_of is not searchable yet. */
export function resolveQuery(
  parameters: FilterParameters,
  { tenant, within, recorded, position, now }: QueryScope,
): Query {
  const zone = parameters.tz ?? "UTC";
  const end = parameters.end === undefined ? undefined : boundInstant(parameters.end, zone, "end");
  const start =
    parameters.start === undefined
      ? (end ?? now) - RANGE_DEFAULT_MS
      : (boundInstant(parameters.start, zone, "start") ?? Number.NaN);
  const faults: FieldError[] = [];
  if (end !== undefined && start > end - (isDay(parameters.end) ? 1 : 0)) {
    faults.push({ pointer: "start", message: "must not lie after end" });
  }
  const asOf = parameters.as_of ?? position - 1;
  if (asOf >= recorded) faults.push({ pointer: "as_of", message: "must be a position of the log" });
  if (parameters.since !== undefined && parameters.since >= recorded) {
    faults.push({ pointer: "since", message: "must be a position of the log" });
  }
  if (faults.length > 0) throw invalid(faults);
  if (asOf >= position) throw notIndexed();
  return {
    ...selectionOf(parameters),
    tenant,
    within: within && selectionOf(within),
    start,
    end,
    asOf: { by: "position", value: asOf },
    since: parameters.since === undefined ? undefined : { by: "position", value: parameters.since },
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
function parametersOf(parameters: FilterParameters): unknown[] {
  return FILTER_NAMES.map((name) => {
    const value = parameters[name];
    return Array.isArray(value) ? [...new Set(value)].sort() : (value ?? null);
  });
}

function notIndexed(): DaybookError {
  return new DaybookError("search_unavailable", "Search has not read up to this position of the log yet.", {
    retryAfterSeconds: 1,
  });
}

function invalid(errors: FieldError[]): DaybookError {
  const [first] = errors;
  return new DaybookError("invalid_parameter", `${first?.pointer} ${first?.message}.`, { errors });
}
