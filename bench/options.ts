import { parseArgs } from "node:util";

export interface BenchOptions {
  /** Events in the data set. */
  readonly events: number;
  /** Events sent one by one. */
  readonly singles: number;
  /** Times each query is asked. */
  readonly rounds: number;
  readonly seed: number;
  /** Whether all events are sent over HTTP, or most are put in directly: into Daybook's log by its own code, into PostgreSQL by COPY. */
  readonly fill: "http" | "direct";
  /** Where the results go. Undefined: they are only printed. */
  readonly results: string | undefined;
  /** Names of the measures to take; all of them when empty. What a measure needs, an earlier one puts in. */
  readonly only: readonly string[];
  /** Measure what only great numbers show, instead of everything else. */
  readonly scale: boolean;
  /** Entries in the log that a start is measured on: `DAYBOOK_BENCH_ENTRIES`. */
  readonly entries: number;
  /** `DAYBOOK_BENCH_ORGANIZATIONS`. */
  readonly organizations: number;
  /** Keeps what the measures of scale made, and goes on with what is there: `DAYBOOK_BENCH_DIRECTORY`. Default: a temporary one. */
  readonly directory: string | undefined;
}

const QUICK = { events: 150_000, singles: 10_000, rounds: 20 };
const SCALE = { entries: 10_000_000, organizations: 10_000 };
const FULL = { events: 1_000_000, singles: 30_000, rounds: 50 };

/** Beyond this, sending would take more than a quarter of an hour. */
const SENT_EVENTS_MAX = 1_000_000;

/** @throws TypeError for an unknown flag, RangeError for a number that is not valid. */
export function readOptions(
  args: readonly string[],
  resultsFile: (name: string) => string,
  environment: NodeJS.ProcessEnv,
): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      scale: { type: "boolean", default: false },
      quick: { type: "boolean", default: false },
      events: { type: "string" },
      singles: { type: "string" },
      rounds: { type: "string" },
      seed: { type: "string", default: "20261122" },
      fill: { type: "string" },
      results: { type: "string" },
      only: { type: "string", multiple: true, default: [] },
    },
  });
  const size = values.quick ? QUICK : FULL;
  // Whole batches of a thousand, so that no request is smaller than the others.
  const events = Math.ceil(count("events", values.events, size.events) / 1000) * 1000;
  const fill = values.fill ?? (events > SENT_EVENTS_MAX ? "direct" : "http");
  if (fill !== "http" && fill !== "direct") throw new RangeError("fill must be http or direct");
  return {
    events,
    fill,
    singles: count("singles", values.singles, size.singles),
    rounds: count("rounds", values.rounds, size.rounds),
    seed: count("seed", values.seed, 1),
    // A part of the measures does not replace the page of all of them.
    results:
      values.results ??
      (values.only.length > 0 ? undefined : resultsFile(values.scale ? "SCALE.md" : resultsName(events))),
    only: values.only,
    scale: values.scale,
    entries: count("entries", environment.DAYBOOK_BENCH_ENTRIES, SCALE.entries),
    organizations: count("organizations", environment.DAYBOOK_BENCH_ORGANIZATIONS, SCALE.organizations),
    directory: environment.DAYBOOK_BENCH_DIRECTORY,
  };
}

/** A page of its own for each size beyond the usual one. */
function resultsName(events: number): string {
  return events > FULL.events ? `RESULTS-${Math.round(events / 1e6)}M.md` : "RESULTS.md";
}

function count(name: string, text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  if (!/^[1-9]\d*$/.test(text)) throw new RangeError(`${name} must be a whole number above 0`);
  return Number(text);
}
