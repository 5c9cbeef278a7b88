import { createHash } from "node:crypto";
import { DaybookError } from "../errors.ts";
import type { Keyset } from "./contract.ts";

/** Where a page ended, and what fixes the following ones: they see the same events in the same range, whatever arrives meanwhile. */
export interface Cursor {
  /** The log whose positions `asOf` counts. */
  readonly logId: string;
  readonly asOf: number;
  /** Milliseconds since the Unix epoch. */
  readonly start: number;
  readonly end: number | undefined;
  readonly after: Keyset;
  /** `filtersHash` of the query it continues. */
  readonly filters: string;
}

const VERSION = 1;

/** One hash over whose events and which filters, so that a cursor continues its own query and no other. */
export function filtersHash(parts: readonly unknown[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("base64url").slice(0, 22);
}

export function encodeCursor({ logId, asOf, start, end, after, filters }: Cursor): string {
  const fields = [VERSION, logId, asOf, start, end ?? null, after.timestamp, after.sequence, filters];
  return Buffer.from(JSON.stringify(fields), "utf8").toString("base64url");
}

/**
 * A cursor holds nothing secret and grants nothing: whose events are read is decided by who asks.
 *
 * @throws DaybookError `invalid_cursor` when it is none, or continues another query.
 */
export function decodeCursor(text: string, expected: { logId: string; filters: string }): Cursor {
  const fields = parse(text);
  const [version, logId, asOf, start, end, timestamp, sequence, filters] = fields;
  if (
    fields.length !== 8 ||
    version !== VERSION ||
    logId !== expected.logId ||
    filters !== expected.filters ||
    !isPlace(asOf) ||
    !isInstant(start) ||
    !(end === null || isInstant(end)) ||
    !isInstant(timestamp) ||
    !isPlace(sequence)
  ) {
    throw invalidCursor();
  }
  return { logId, asOf, start, end: end ?? undefined, after: { timestamp, sequence }, filters };
}

export function invalidCursor(): DaybookError {
  return new DaybookError("invalid_cursor", "The cursor was not made by this query; begin again without one.");
}

/** What the engine's DateTime64(3) can hold, in milliseconds since the Unix epoch: 1900 to 2299. */
const INSTANT_MIN = Date.UTC(1900, 0, 1);
const INSTANT_MAX = Date.UTC(2299, 11, 31);

function isInstant(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= INSTANT_MIN && Number(value) <= INSTANT_MAX;
}

/** A position or a sequence; -1 stands before the first. */
function isPlace(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= -1;
}

function parse(text: string): unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, "base64url").toString("utf8"));
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}
