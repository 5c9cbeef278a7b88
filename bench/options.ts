import { parseArgs } from "node:util";

export interface BenchOptions {
  /** Events in the data set. */
  readonly events: number;
  /** Events sent one by one. */
  readonly singles: number;
  /** Times each query is asked. */
  readonly rounds: number;
  readonly seed: number;
  /** Where RESULTS.md goes. */
  readonly results: string;
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

/** @throws TypeError for an unknown flag, RangeError for a number that is none. */
export function readOptions(
  args: readonly string[],
  defaultResults: { readonly usual: string; readonly scale: string },
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
      results: { type: "string" },
    },
  });
  const size = values.quick ? QUICK : FULL;
  return {
    // Whole batches of a thousand, so that no request is smaller than the others.
    events: Math.ceil(count("events", values.events, size.events) / 1000) * 1000,
    singles: count("singles", values.singles, size.singles),
    rounds: count("rounds", values.rounds, size.rounds),
    seed: count("seed", values.seed, 1),
    results: values.results ?? (values.scale ? defaultResults.scale : defaultResults.usual),
    scale: values.scale,
    entries: count("entries", environment.DAYBOOK_BENCH_ENTRIES, SCALE.entries),
    organizations: count("organizations", environment.DAYBOOK_BENCH_ORGANIZATIONS, SCALE.organizations),
    directory: environment.DAYBOOK_BENCH_DIRECTORY,
  };
}

function count(name: string, text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  if (!/^[1-9]\d*$/.test(text)) throw new RangeError(`${name} must be a whole number above 0`);
  return Number(text);
}
