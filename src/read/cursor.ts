import { createHash } from "node:crypto";
import { DaybookError } from "../errors.ts";
import { type FilterParameters, type Mark, parametersOf, type Query } from "../query/index.ts";
import type { Keyset } from "../search/index.ts";
import { type Positions, type ReadScope, requireIndexed, resolveQuery } from "./resolve.ts";

/** Where a page ended, and what fixes the following ones: they see the same events in the same range, whatever arrives meanwhile. */
interface Cursor {
  /** A position, as text. */
  readonly asOf: string;
  /** Milliseconds since the Unix epoch. */
  readonly start: number;
  readonly end: number | undefined;
  readonly order: Order;
  readonly after: Keyset;
  /** `filtersHash` of the query it continues. */
  readonly filters: string;
}

export type Order = "asc" | "desc";

const VERSION = 2;

export interface ResolvedPage {
  readonly query: Query;
  /** Where the page begins: after this, or at the first match. */
  readonly after: Keyset | undefined;
  /** The cursor of the page that begins after `last`. */
  cursorAfter(last: Keyset): string;
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
  const resolved = resolveQuery(parameters, scope);
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

/** One hash over whose events and which filters, so that a cursor continues its own query and no other. */
function filtersHash(parts: readonly unknown[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("base64url").slice(0, 22);
}

function encodeCursor({ asOf, start, end, order, after, filters }: Cursor): string {
  const fields = [VERSION, asOf, start, end ?? null, order, after.timestamp, after.sequence, filters];
  return Buffer.from(JSON.stringify(fields), "utf8").toString("base64url");
}

/**
 * A cursor holds nothing secret and grants nothing: whose events are read is decided by who asks.
 *
 * @throws DaybookError `invalid_cursor` when it is not a cursor, or continues another query.
 */
function decodeCursor(text: string, expected: { filters: string; order: Order }): Cursor {
  const fields = parse(text);
  const [version, asOf, start, end, order, timestamp, sequence, filters] = fields;
  if (
    fields.length !== 8 ||
    version !== VERSION ||
    filters !== expected.filters ||
    order !== expected.order ||
    typeof asOf !== "string" ||
    !isInstant(start) ||
    !(end === null || isInstant(end)) ||
    !isInstant(timestamp) ||
    !isPlace(sequence)
  ) {
    throw invalidCursor();
  }
  return { asOf, start, end: end ?? undefined, order: expected.order, after: { timestamp, sequence }, filters };
}

/** @param why the cursor's position is none of this log's. */
function invalidCursor(why?: string): DaybookError {
  const reason = why === undefined ? "The cursor does not belong to this query" : `The cursor ${why}`;
  return new DaybookError("invalid_cursor", `${reason}; start again without a cursor.`);
}

/** What the engine's DateTime64(3) can hold, in milliseconds since the Unix epoch: 1900 to 2299. */
const INSTANT_MIN = Date.UTC(1900, 0, 1);
const INSTANT_MAX = Date.UTC(2299, 11, 31);

function isInstant(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= INSTANT_MIN && Number(value) <= INSTANT_MAX;
}

/** A sequence. */
function isPlace(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function parse(text: string): unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, "base64url").toString("utf8"));
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}
