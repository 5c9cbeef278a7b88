import type { Fired } from "./contract.ts";
import type { Watched } from "./definition.ts";
import { Evaluation } from "./evaluation.ts";
import { type FiringData, firingData } from "./firing.ts";
import type { CountryOf } from "./groupings.ts";
import { type PastEventsSources, pastEvents } from "./past-events.ts";
import { PlainMemory } from "./plain-memory.ts";
import { REMEMBERED_MS } from "./watches/new-value.ts";

const PREVIEW_MS = 30 * 24 * 3_600_000;
/** The newest firings are listed, at most so many; all are counted. */
const LISTED_MAX = 20;

/** What an alert would have fired for. */
export interface Preview {
  /** Where it begins, in milliseconds since the Unix epoch. */
  readonly from: number;
  /** False: there were too many events, so it begins later than 30 days ago. */
  readonly isWhole: boolean;
  readonly count: number;
  /** Newest first. */
  readonly fired: readonly { readonly at: number; readonly data: FiringData }[];
}

interface Previewed {
  readonly watched: Watched;
  readonly organization: string;
  readonly timeZone: string | undefined;
  readonly countryOf: CountryOf;
  /** The log's time. */
  readonly now: number;
}

/** Evaluates the last 30 days as if the alert had existed then. @throws DaybookError tree_unavailable; the reason of `signal`. */
export async function previewOf(
  sources: PastEventsSources,
  { watched, organization, timeZone, countryOf, now }: Previewed,
  signal: AbortSignal,
): Promise<Preview> {
  const wanted = now - PREVIEW_MS;
  const memories = new Map<string, PlainMemory>();
  const memory = (part: string) => {
    const kept = memories.get(part) ?? new PlainMemory();
    memories.set(part, kept);
    return kept;
  };
  const evaluation = new Evaluation({ watched, organization, timeZone, since: wanted, memory, countryOf });
  const learned = watched.condition.type === "new_value" ? REMEMBERED_MS : 0;
  const range = {
    organization: evaluation.isOfAll ? undefined : organization,
    from: wanted - learned,
    end: sources.log.end,
    sender: organization,
  };
  const past = await pastEvents(sources, range, signal);
  const found: Fired[] = [];
  let count = 0;
  const note = (fired: readonly Fired[]) => {
    count += fired.length;
    found.push(...fired);
    if (found.length > 2 * LISTED_MAX) found.splice(0, found.length - LISTED_MAX);
  };
  let first: number | undefined;
  for await (const seen of past.events(signal)) {
    first ??= seen.at;
    note(evaluation.take(seen));
  }
  note(evaluation.elapse(now));
  const from = past.isWhole ? wanted : Math.max(wanted, first ?? wanted);
  const newest = found.slice(-LISTED_MAX).reverse();
  const fired = newest.map((one) => ({ at: one.at, data: firingData(one, watched.condition) }));
  return { from, isWhole: from === wanted, count, fired };
}
