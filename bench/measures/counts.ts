import type { Measure } from "../bench.ts";
import { askEngine } from "../engine.ts";
import { commonWord, pathOf, rangeOf, whereOf, whereValues } from "../questions.ts";
import { alternate, median } from "../statistics.ts";

const NOTHING = { name: "", parameters: {}, condition: "", values: [] };
const BUCKETS = 60;

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
  const facetsPath = pathOf("/v1/events/facets", NOTHING, month, { field: "action" });
  const histogramPath = pathOf("/v1/events/histogram", NOTHING, month, { buckets: String(BUCKETS) });
  const engine = await askEngine(bench, [wordPath, facetsPath, histogramPath]);
  const floor = (path: string) => median(engine[path] ?? []);

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

  const values = whereValues(NOTHING, month);
  const bucket = `floor(extract(epoch from ts - $2::timestamptz) * 1000 / ${(month.endMs - month.startMs) / BUCKETS})`;
  const family = "split_part(action, '.', 1)";
  const overview = await alternate(options.rounds, {
    daybook: async () => {
      await bench.daybook.read(facetsPath);
      await bench.daybook.read(histogramPath);
    },
    postgres: async () => {
      await client?.query(`select action, count(*) from events ${whereOf(NOTHING)} group by 1 order by 2 desc`, values);
      await client?.query(
        `select ${bucket}, ${family}, count(*) from events ${whereOf(NOTHING)} group by 1, 2`,
        values,
      );
    },
  });
  await client?.end();
  return [
    {
      what: `exact count of ${word.name} (${found.daybook.toLocaleString("en")}), p50`,
      unit: "ms",
      daybook: median(counting.daybook),
      postgres: client && median(counting.postgres),
      floor: floor(wordPath),
      goal: "≥ 10 × PostgreSQL",
    },
    {
      what: "facets of action and histogram, 30 days of the largest organization, p50",
      unit: "ms",
      daybook: median(overview.daybook),
      postgres: client && median(overview.postgres),
      floor: floor(facetsPath) + floor(histogramPath),
      goal: "≥ 4 × PostgreSQL",
    },
  ];
};
