import type { Measure } from "../bench.ts";
import { askEngine } from "../engine.ts";
import { timesPeer } from "../goals.ts";
import { processorMs } from "../process-tree.ts";
import { commonWord, EVERYTHING, pathOf, rangeOf, whereOf, whereValues } from "../questions.ts";
import { alternate, median } from "../statistics.ts";

const BUCKETS = 60;
/** With so many events, counting is to be ahead by more. */
const MANY_EVENTS = 10_000_000;

interface Facets {
  values: { count: number }[];
}

/** How often a common word occurs, exactly; and what the head of the page shows: facets and the histogram. */
export const counts: Measure = async (bench) => {
  const { postgres, dataset, options } = bench;
  const client = await postgres?.connect();
  const word = commonWord();
  const all = rangeOf(dataset);
  const wordPath = pathOf("/v1/events/facets", word, all, { field: "outcome" });
  const month = rangeOf(dataset, 30);
  const facetsPath = pathOf("/v1/events/facets", EVERYTHING, month, { field: "action" });
  const histogramPath = pathOf("/v1/events/histogram", EVERYTHING, month, { buckets: String(BUCKETS) });
  const engine = await askEngine(bench, [wordPath, facetsPath, histogramPath]);
  const floor = (path: string) => median(engine[path] ?? []);

  const spent = () => ({
    daybook: processorMs(bench.daybook.pid),
    postgres: postgres ? processorMs(postgres.pid) : undefined,
  });
  const idle = spent();
  const found = { daybook: 0, postgres: 0 };
  const counting = await alternate(options.rounds, {
    daybook: async () => {
      const { values } = await bench.daybook.read<Facets>(wordPath);
      found.daybook = values.reduce((sum, { count }) => sum + count, 0);
    },
    postgres: async () => {
      const text = `select count(*) from events ${whereOf(word)}`;
      const result = await client?.query<{ count: string }>(text, whereValues(word, all));
      found.postgres = Number(result?.rows[0]?.count ?? 0);
    },
  });
  if (client && found.daybook !== found.postgres) {
    throw new Error(`the peers disagree: ${found.daybook} and ${found.postgres} events with ${word.name}`);
  }

  const counted = spent();
  const values = whereValues(EVERYTHING, month);
  const bucket = `floor(extract(epoch from ts - $2::timestamptz) * 1000 / ${(month.endMs - month.startMs) / BUCKETS})`;
  const family = "split_part(action, '.', 1)";
  const overview = await alternate(options.rounds, {
    daybook: async () => {
      await bench.daybook.read(facetsPath);
      await bench.daybook.read(histogramPath);
    },
    postgres: async () => {
      await client?.query(
        `select action, count(*) from events ${whereOf(EVERYTHING)} group by 1 order by 2 desc`,
        values,
      );
      await client?.query(
        `select ${bucket}, ${family}, count(*) from events ${whereOf(EVERYTHING)} group by 1, 2`,
        values,
      );
    },
  });
  const summed = spent();
  await client?.end();
  const between = (from: ReturnType<typeof spent>, to: ReturnType<typeof spent>) => ({
    daybook: (to.daybook - from.daybook) / (options.rounds + 1),
    postgres: to.postgres && (to.postgres - (from.postgres ?? 0)) / (options.rounds + 1),
  });
  return [
    {
      what: `exact count of ${word.name} (${found.daybook.toLocaleString("en")}), p50`,
      unit: "ms",
      daybook: median(counting.daybook),
      postgres: client && median(counting.postgres),
      floor: floor(wordPath),
      goal: timesPeer(dataset.events >= MANY_EVENTS ? 10 : 5),
      processor: { unit: "ms", an: "a count", ...between(idle, counted) },
    },
    {
      what: "facets of action and histogram, 30 days of the largest organization, p50",
      unit: "ms",
      daybook: median(overview.daybook),
      postgres: client && median(overview.postgres),
      floor: floor(facetsPath) + floor(histogramPath),
      goal: timesPeer(4),
      processor: { unit: "ms", an: "for both", ...between(counted, summed) },
    },
  ];
};
