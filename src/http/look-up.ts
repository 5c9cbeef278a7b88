import type { Context } from "hono";
import { type FilterParameters, filtersGiven } from "../query/index.ts";
import type { ReadScope } from "../read/index.ts";
import { admitReading } from "./admitted.ts";
import { reading } from "./allow.ts";
import type { Env } from "./env.ts";
import type { Parts } from "./parts.ts";
import type { Reading } from "./reading.ts";

export type ReadParts = Pick<
  Parts,
  "search" | "reader" | "recorder" | "readingEvents" | "ownActs" | "logger" | "admission"
>;

/** What calls that read events have in common. */
export const readingEvents = {
  method: "get",
  tag: "Events",
  allow: reading("audit_log.read"),
  problems: [404, 429, 503],
} as const;

/**
 * Lets a request in to read, once search has what its sender just did, and records that they looked.
 *
 * @returns what they can read.
 */
export async function lookUp(
  { search, reader, readingEvents, ownActs, admission }: ReadParts,
  {
    c,
    by,
    parameters,
    needsSearch = !("as_of" in parameters),
  }: {
    readonly c: Context<Env>;
    readonly by: Reading;
    readonly parameters: Partial<FilterParameters>;
    /** False for what is read from the log itself. What is asked as of a position needs no more than that. */
    readonly needsSearch?: boolean;
  },
): Promise<ReadScope> {
  await admitReading(admission, c.env, by, "queries");
  const { signal } = c.req.raw;
  // A person finds what they just did.
  if (by.sessionId !== undefined && needsSearch) await ownActs.searched(by.organization, search, signal);
  const scope = { ...(await reader.scope(by)), signal };
  await readingEvents.viewed(by, c.get("origin"), { filters: filtersGiven(parameters) });
  return scope;
}
