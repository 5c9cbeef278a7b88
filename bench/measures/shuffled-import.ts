import { rmSync } from "node:fs";
import { join } from "node:path";
import type { Measure } from "../bench.ts";
import { BATCH_EVENTS } from "../dataset.ts";
import { Daybook } from "../daybook.ts";
import { atMost } from "../goals.ts";
import { loadDaybook } from "../load.ts";
import { costOfPage, type PageCost } from "../page-cost.ts";
import { rangeOf, tenQuestions } from "../questions.ts";
import { atRest } from "../rest.ts";
import { writeShuffled } from "../shuffle.ts";
import { median, percentile } from "../statistics.ts";

const EVENTS_MAX = 1_000_000;
const CONNECTIONS = 4;

/**
 * The same events sent to a second server in an order that has nothing to do with their time, as when the history of another system is
 * imported: then the ten pages. A second server, as the order of arrival is one of a whole log.
 */
export const shuffledImport: Measure = async (bench) => {
  const { scratch, dataset, options } = bench;
  const directory = join(scratch, "shuffled-events");
  const { batches } = writeShuffled(directory, dataset, { eventsMax: EVENTS_MAX, seed: options.seed });
  const dataDir = join(scratch, "shuffled");
  const daybook = await Daybook.start(dataDir);
  try {
    await daybook.prepare();
    const entries = await daybook.entries();
    const events = batches * BATCH_EVENTS;
    await loadDaybook({ daybook }, { directory, from: 0, to: batches, connections: CONNECTIONS });
    await daybook.searchable(entries + events);
    await atRest(daybook);
    const range = rangeOf(dataset, 30);
    const costs: { name: string; cost: PageCost }[] = [];
    for (const question of tenQuestions(dataset)) {
      const cost = await costOfPage({ daybook, postgres: undefined, options }, undefined, question, range);
      costs.push({ name: question.name, cost });
    }
    const p95 = ({ cost }: { cost: PageCost }) => percentile(cost.daybookMs, 0.95);
    const [slowest] = costs.sort((left, right) => p95(right) - p95(left));
    if (slowest === undefined) throw new Error("no page was asked for");
    const spent = costs.reduce((sum, { cost }) => sum + cost.processor.daybook, 0) / costs.length;
    return [
      {
        what: `page of 50 after ${events.toLocaleString("en")} events came in an order shuffled over 90 days, p50 of the ten`,
        unit: "ms",
        daybook: median(costs.flatMap(({ cost }) => cost.daybookMs)),
        processor: { unit: "ms", an: "a page", daybook: spent },
      },
      {
        what: "the same, the slowest of the ten, p95",
        unit: "ms",
        daybook: p95(slowest),
        goal: atMost(60),
        note: `slowest: ${slowest.name}`,
      },
    ];
  } finally {
    await daybook.stop();
    rmSync(dataDir, { recursive: true, force: true });
    rmSync(directory, { recursive: true, force: true });
  }
};
