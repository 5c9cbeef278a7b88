import type { FieldError } from "@daybook/sdk";
import { DaybookError } from "../errors.ts";
import {
  type FilterParameters,
  type Mark,
  parametersOf,
  type Query,
  resolveQuery,
  type SelectionParameters,
  type Tenant,
} from "../query/index.ts";
import type { Keyset } from "../search/index.ts";
import { decodeCursor, encodeCursor, filtersHash, invalidCursor, type Order } from "./cursor.ts";
import type { Positions } from "./positions.ts";

/** What a request may see, and as of when. */
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

export interface ResolvedPage {
  readonly query: Query;
  /** Where the page begins: after this, or at the first match. */
  readonly after: Keyset | undefined;
  /** The cursor of the page that begins after `last`. */
  cursorAfter(last: Keyset): string;
}

/** @throws DaybookError `invalid_parameter`; `search_unavailable` when as_of cannot be searched yet. */
export function queryIn(parameters: FilterParameters, { tenant, within, positions, now, signal }: ReadScope): Query {
  const faults: FieldError[] = [];
  const read = (name: "as_of" | "since"): Mark | undefined => {
    const text = parameters[name];
    const mark = text === undefined ? undefined : positions.parse(text);
    if (mark === undefined || "by" in mark) return mark;
    faults.push({ pointer: name, message: mark.fault });
    return undefined;
  };
  const asOf = read("as_of") ?? positions.mark(positions.indexed);
  const query = resolveQuery(parameters, { tenant, within, asOf, since: read("since"), now, signal }, faults);
  requireIndexed(asOf, positions);
  return query;
}

/** @throws DaybookError `invalid_parameter`, `invalid_cursor`; `search_unavailable` when as_of cannot be searched yet. */
export function resolvePage(
  parameters: FilterParameters & { cursor?: string | undefined; order?: Order | undefined },
  scope: ReadScope,
): ResolvedPage {
  const { tenant, within, positions } = scope;
  const { order = "desc" } = parameters;
  // Who counts in sequences and who counts in positions mean different things by one number.
  const filters = filtersHash([positions.by, tenant, parametersOf(parameters), within && parametersOf(within)]);
  const cursor = parameters.cursor === undefined ? undefined : decodeCursor(parameters.cursor, { filters, order });
  const resolved = queryIn(parameters, scope);
  const query = cursor
    ? { ...resolved, start: cursor.start, end: cursor.end, asOf: asOfCursor(cursor.asOf, positions) }
    : resolved;
  const { start, end } = query;
  const asOf = positions.format(query.asOf);
  return {
    query,
    after: cursor?.after,
    cursorAfter: (after) => encodeCursor({ asOf, start, end, order, after, filters }),
  };
}

function asOfCursor(text: string, positions: Positions): Mark {
  const mark = positions.parse(text);
  if ("fault" in mark) throw invalidCursor(mark.fault);
  requireIndexed(mark, positions);
  return mark;
}

function requireIndexed({ value }: Mark, positions: Positions): void {
  if (value <= positions.indexed) return;
  throw new DaybookError("search_unavailable", "Search has not read up to this position of the log yet.", {
    retryAfterSeconds: 1,
  });
}
