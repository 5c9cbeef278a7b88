import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import type { Measure } from "../bench.ts";
import { atMost } from "../goals.ts";
import { processorMs } from "../process-tree.ts";
import { pathOf, rangeOf, tenQuestions } from "../questions.ts";
import { median, percentile, timed } from "../statistics.ts";

const ROUNDS_MAX = 5;
const DROP_CACHES = "/proc/sys/vm/drop_caches";

/**
 * The ten pages with no file in the system's memory: each is asked once so that the server has what it keeps itself, then the files are
 * dropped before every page. Without PostgreSQL, whose own memory holds the table.
 */
export const coldPages: Measure = async ({ daybook, dataset, options }) => {
  const what = "page of 50 from cold files, all ten filters";
  const refused = dropFiles();
  if (refused !== undefined) return [{ what: `${what}, p95`, unit: "ms", goal: atMost(60), note: refused }];
  const range = rangeOf(dataset, 30);
  const paths = tenQuestions(dataset).map((question) => pathOf("/v1/events", question, range));
  for (const path of paths) await daybook.read(path);
  const samplesMs: number[] = [];
  const before = processorMs(daybook.pid);
  for (let round = 0; round < Math.min(options.rounds, ROUNDS_MAX); round++) {
    for (const path of paths) {
      dropFiles();
      samplesMs.push(await timed(() => daybook.read(path)));
    }
  }
  const spent = processorMs(daybook.pid) - before;
  const note = `files dropped from memory before each of ${samplesMs.length} pages; PostgreSQL keeps its table in its own memory`;
  return [
    {
      what: `${what}, p50`,
      unit: "ms",
      daybook: median(samplesMs),
      processor: { unit: "ms", an: "a page", daybook: spent / samplesMs.length },
    },
    { what: `${what}, p95`, unit: "ms", daybook: percentile(samplesMs, 0.95), goal: atMost(60), note },
  ];
};

/** Takes every clean page of a file out of the system's memory. @returns why that cannot be done, where it cannot. */
function dropFiles(): string | undefined {
  try {
    execFileSync("sync");
    writeFileSync(DROP_CACHES, "1\n");
    return undefined;
  } catch (error) {
    return `files cannot be dropped from memory here: ${error instanceof Error ? error.message : String(error)}`;
  }
}
