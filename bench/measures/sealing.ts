import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { SEGMENT_BYTES } from "../../src/log/log.ts";
import type { Measure } from "../bench.ts";
import { BATCH_EVENTS } from "../dataset.ts";
import { atMost } from "../goals.ts";
import { runProgram } from "../process.ts";

/** Some six segments. */
const BATCHES_MAX = 400;
/** So few events do not fill a segment: theirs are smaller. */
const FEW_EVENTS = 200_000;
const SMALL_SEGMENT_BYTES = 4 * 1024 * 1024;

interface Spent {
  readonly ms: number;
  readonly processorMs: number;
  readonly mainThreadMs: number;
  readonly blockedMs: number;
}

/** What `seal` prints. */
interface Sealed {
  readonly entries: number;
  readonly segments: number;
  readonly scanned: Spent;
  readonly sealed: Spent;
}

/** Compressing sealed segments, in a process that does nothing else: what that takes beyond the scan that each start does anyway. */
export const sealing: Measure = async ({ dataset, scratch }) => {
  const directory = join(scratch, "seal");
  mkdirSync(directory);
  const batches = Math.min(dataset.batches, BATCHES_MAX);
  const segmentBytes = batches * BATCH_EVENTS < FEW_EVENTS ? SMALL_SEGMENT_BYTES : SEGMENT_BYTES;
  const input = { scratch: directory, directory: dataset.directory, batches, segmentBytes };
  const { entries, segments, scanned, sealed } = await runProgram<Sealed>("seal", input);
  rmSync(directory, { recursive: true });
  const perEvent = (of: (spent: Spent) => number) => (Math.max(0, of(sealed) - of(scanned)) / entries) * 1000;
  return [
    {
      what: `sealing ${entries.toLocaleString("en")} events in ${segments} segments, processor time an event`,
      unit: "µs",
      daybook: perEvent(({ processorMs }) => processorMs),
      goal: atMost(20),
      note: "the start of its thread included",
    },
    {
      what: "the same, of that on the event loop",
      unit: "µs",
      daybook: perEvent(({ mainThreadMs }) => mainThreadMs),
      goal: atMost(1, "none (≤ 1 µs)"),
    },
    {
      what: "the same, longest that the event loop could do nothing else",
      unit: "ms",
      daybook: sealed.blockedMs,
      floor: scanned.blockedMs,
      note: "floor: the same start without sealing",
    },
  ];
};
