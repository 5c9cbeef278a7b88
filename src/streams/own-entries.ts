import { DaybookError } from "../errors.ts";
import { type LogEntry, type LogReader, requireSound } from "../log/index.ts";
import type { TreeReader } from "../tree/index.ts";

/** Entries that are looked up at a time. */
const LOOKED_UP = 1_000;

/** Knows where an organization's entries are. */
export type Positions = Pick<TreeReader, "size" | "logPosition" | "logPositions">;

/**
 * An organization's entries from a position of the log on. What its tree covers is looked up entry by entry, so that a stream that is behind does
 * not read the entries of a thousand others. After that the log is followed, and entries of others come, too.
 */
export async function* ownEntries(
  log: Pick<LogReader, "entries" | "follow">,
  tree: Positions,
  organization: string,
  from: number,
  signal: AbortSignal,
): AsyncGenerator<readonly LogEntry[], void, undefined> {
  let position = from;
  let sequence = known(() => firstFrom(tree, organization, from)) ?? Number.POSITIVE_INFINITY;
  while (!signal.aborted) {
    const positions = known(() => positionsOf(tree, organization, sequence)) ?? [];
    if (positions.length === 0) break;
    for await (const found of log.entries(positions, signal)) {
      const entries = requireSound(found);
      const isOwn = (entry: LogEntry, at: number) =>
        entry.organization === organization && entry.sequence === sequence + at;
      // The tree is derived from the log. Where they differ, the log is right.
      if (!entries.every(isOwn)) return yield* log.follow(position, signal);
      sequence += entries.length;
      position = (entries.at(-1)?.position ?? position) + 1;
      yield entries;
    }
  }
  yield* log.follow(position, signal);
}

function positionsOf(tree: Positions, organization: string, sequence: number): number[] {
  const end = Math.min(tree.size(organization), sequence + LOOKED_UP);
  return sequence < end ? tree.logPositions(organization, sequence, end) : [];
}

/** The first sequence at that position or after it. */
function firstFrom(tree: Positions, organization: string, position: number): number {
  let low = 0;
  let high = tree.size(organization);
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (tree.logPosition(organization, middle) < position) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Undefined while the tree is being read from the log again. */
function known<T>(ask: () => T): T | undefined {
  try {
    return ask();
  } catch (error) {
    if (error instanceof DaybookError && error.code === "tree_unavailable") return undefined;
    throw error;
  }
}
