import type { Access, Origin } from "../identity/index.ts";
import { type FilterParameters, filtersGiven } from "../query/index.ts";
import type { Search } from "../search/index.ts";
import type { Reader } from "./reader.ts";
import type { ReadingEvents } from "./reading-events.ts";
import type { RecentActs } from "./recent-acts.ts";
import type { ReadScope } from "./resolve.ts";

export interface LookUpParts {
  readonly reader: Reader;
  readonly search: Search;
  readonly recentActs: RecentActs;
  readonly readingEvents: ReadingEvents;
}

/** A request to look something up, by somebody who can read. */
export interface LookUp {
  readonly access: Access;
  readonly origin: Origin;
  readonly parameters: Partial<FilterParameters>;
  readonly signal: AbortSignal;
  /** False for what is read from the log itself. Default: true, but for what is asked as of a position, which needs no more than that. */
  readonly needsSearch?: boolean;
}

/**
 * Begins to read: once search has what the reader just did, and once it is recorded that they looked.
 *
 * @returns what they can read.
 */
export async function lookUp(
  { reader, search, recentActs, readingEvents }: LookUpParts,
  { access, origin, parameters, signal, needsSearch = parameters.as_of === undefined }: LookUp,
): Promise<ReadScope> {
  // A person finds what they just did.
  if (access.sessionId !== undefined && needsSearch) await recentActs.searched(access.organization, search, signal);
  const scope = { ...(await reader.scope(access)), signal };
  await readingEvents.viewed(access, origin, { filters: filtersGiven(parameters) });
  return scope;
}
