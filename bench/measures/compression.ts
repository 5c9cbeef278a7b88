import { join } from "node:path";
import type { Measure } from "../bench.ts";
import { atMost } from "../goals.ts";
import { runProgram } from "../process.ts";

const EVENTS_MAX = 300_000;

/** What `compress-log` prints. */
interface Compressed {
  readonly entries: number;
  readonly rawBytes: number;
  readonly bytes: number;
  readonly compressingMs: number;
  readonly followingMs: number;
  readonly lookupMs: number;
}

/** The log by itself: what a sealed segment takes once it is compressed, what compressing costs, and what reading it does. */
export const compression: Measure = async ({ options, scratch }) => {
  const input = {
    directory: join(scratch, "compression"),
    events: Math.min(EVENTS_MAX, options.events),
    seed: options.seed,
  };
  const { entries, rawBytes, bytes, compressingMs, followingMs, lookupMs } = await runProgram<Compressed>(
    "compress-log",
    input,
  );
  // A short run fills no segment.
  if (entries === 0) return [];
  const each = (ms: number) => (ms / entries) * 1000;
  return [
    {
      what: `compressed log, bytes an event (raw: ${Math.round(rawBytes / entries)})`,
      unit: "bytes",
      daybook: bytes / entries,
      goal: atMost(200),
    },
    {
      what: "compressing and comparing, processor time an event",
      unit: "µs",
      daybook: each(compressingMs),
      goal: atMost(20),
    },
    {
      what: "following a compressed log, processor time an event",
      unit: "µs",
      daybook: each(followingMs),
      goal: atMost(6.6),
    },
    { what: "51 entries by position, nothing cached, processor time", unit: "ms", daybook: lookupMs },
  ];
};
