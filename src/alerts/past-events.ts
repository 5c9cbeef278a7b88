import type { FairTurns } from "../admission/index.ts";
import { CLOCK, within } from "../clock.ts";
import type { LogReader } from "../log/index.ts";
import { cursorAt } from "../streams/index.ts";
import type { TreeReader } from "../tree/index.ts";
import type { Seen } from "./contract.ts";
import type { Entries } from "./entries.ts";

/** At most so many past events are read: some seconds of work. */
export const PAST_EVENTS_MAX = 100_000;
/** Positions that are read at a time. */
const WINDOW = 2_000;
/** How often to check whether the tree covers the range. */
const COVERED_MS = 100;

export interface PastEventsSources {
  readonly log: LogReader;
  readonly tree: Pick<TreeReader, "logPosition" | "size" | "covered">;
  readonly entries: Entries;
  readonly turns: FairTurns;
}

export interface PastEventsRange {
  /** Undefined: every organization's. */
  readonly organization: string | undefined;
  /** When the first was recorded, in milliseconds since the Unix epoch. */
  readonly from: number;
  /** The position of the log before which it ends. */
  readonly end: number;
  /** Whose share the work counts against. */
  readonly sender: string;
}

/** The part of the past that is read. */
export interface PastEvents {
  /** Whether all of the range is, or only its newest `PAST_EVENTS_MAX` events. */
  readonly isWhole: boolean;
  events(signal: AbortSignal): AsyncGenerator<Seen>;
}

/** The events of an organization that were recorded in a range, oldest first. Reads nothing of other organizations. */
export async function pastEvents(
  sources: PastEventsSources,
  range: PastEventsRange,
  signal: AbortSignal,
): Promise<PastEvents> {
  const { log, tree } = sources;
  const { organization, end } = range;
  if (organization === undefined) {
    const { position } = await cursorAt(sources, undefined, { time: new Date(range.from).toISOString() });
    const from = Math.max(position, end - PAST_EVENTS_MAX);
    return { isWhole: from === position, events: (aborted) => read(sources, range, numbers(from, end), aborted) };
  }
  const size = log.size(organization);
  if (size === 0) return { isWhole: true, events: () => read(sources, range, [].values(), signal) };
  // The tree knows where in the log an organization's entries are, a second after they were recorded.
  await covered(sources, organization, size, signal);
  const { next } = await cursorAt(sources, organization, { time: new Date(range.from).toISOString() });
  const from = Math.max(next, size - PAST_EVENTS_MAX);
  const positions = (function* () {
    for (let sequence = from; sequence < size; sequence++) yield tree.logPosition(organization, sequence);
  })();
  return { isWhole: from === next, events: (aborted) => read(sources, range, positions, aborted) };
}

async function covered(
  { tree }: PastEventsSources,
  organization: string,
  size: number,
  signal: AbortSignal,
): Promise<void> {
  await within(CLOCK, COVERED_MS * 50, signal, (limited) => tree.covered(organization, size, limited));
  signal.throwIfAborted();
}

async function* read(
  { log, entries, turns }: PastEventsSources,
  { end, sender }: PastEventsRange,
  positions: Iterator<number>,
  signal: AbortSignal,
): AsyncGenerator<Seen> {
  for (;;) {
    const window: number[] = [];
    for (let next = positions.next(); !next.done; next = positions.next()) {
      if (next.value < end) window.push(next.value);
      if (window.length === WINDOW) break;
    }
    if (window.length === 0) return;
    for await (const piece of log.entries(window, signal)) {
      for (const entry of piece) {
        if ("damage" in entry) continue;
        await turns.next({ organization: sender, key: "alerts" }, entry.header.length + (entry.body?.length ?? 0));
        const seen = entries.seen(entry);
        if (seen !== undefined) yield seen;
      }
    }
  }
}

function* numbers(from: number, end: number): Generator<number> {
  for (let number = from; number < end; number++) yield number;
}
