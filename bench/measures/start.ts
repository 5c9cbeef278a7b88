import { rmSync } from "node:fs";
import { dataPaths } from "../../src/data-paths.ts";
import type { Measure } from "../bench.ts";
import { Daybook } from "../daybook.ts";
import { atLeast, atMost } from "../goals.ts";
import { processorMs, residentMiB } from "../process-tree.ts";
import { timed } from "../statistics.ts";

/** Stopping, starting on all the data, and starting without the search directory: it is rebuilt from the log. */
export const start: Measure = async (bench) => {
  const { dataDir, key } = bench.daybook;
  const entries = await bench.daybook.entries();
  const stopMs = await timed(() => bench.daybook.stop());
  bench.daybook = await Daybook.start(dataDir, key);
  const restart = { ms: bench.daybook.readyMs, processorMs: processorMs(bench.daybook.pid) };
  const idleMiB = residentMiB(bench.daybook.pid);
  await bench.daybook.stop();
  rmSync(dataPaths(dataDir).search, { recursive: true });
  bench.daybook = await Daybook.start(dataDir, key);
  const rebuildProcessorMs = processorMs(bench.daybook.pid);
  const what = entries.toLocaleString("en");
  return [
    {
      what: `start with ${what} entries, until ready`,
      unit: "ms",
      daybook: restart.ms,
      goal: atMost(3_000),
      processor: { unit: "ms", an: "a start", daybook: restart.processorMs },
    },
    { what: "memory after that start", unit: "MiB", daybook: idleMiB, goal: atMost(450) },
    { what: "stop", unit: "ms", daybook: stopMs },
    {
      what: "rebuild of search from the log, start included",
      unit: "events/s",
      daybook: (entries / bench.daybook.readyMs) * 1000,
      goal: atLeast(60_000),
      processor: { unit: "µs", an: "an event", daybook: (rebuildProcessorMs / entries) * 1000 },
    },
  ];
};
