import type { Measure } from "../bench.ts";
import { commonWord, pathOf, rangeOf, whereOf, whereValues } from "../questions.ts";
import { alternate, median } from "../statistics.ts";

const NOTHING = { name: "", parameters: {}, condition: "", values: [] };
const BUCKETS = 60;

interface Facets {
  values: { count: number }[];
}

/** How often a common word occurs, exactly; and what the head of the page shows: facets and the histogram. */
export const counts: Measure = async ({ daybook, postgres, dataset, options: { rounds } }) => {
  const client = await postgres?.connect();
  const all = rangeOf(dataset);
  const word = commonWord();
  const found = { daybook: 0, postgres: 0 };
  const counting = await alternate(rounds, {
    daybook: async () => {
      const { values } = await daybook.read<Facets>(pathOf("/v1/events/facets", word, all, { field: "outcome" }));
      found.daybook = values.reduce((sum, { count }) => sum + count, 0);
    },
    postgres: async () => {
      const result = await client?.query<{ count: string }>(
        `select count(*) from events ${whereOf(word)}`,
        whereValues(word, all),
      );
      found.postgres = Number(result?.rows[0]?.count ?? 0);
    },
  });
  if (client && found.daybook !== found.postgres) {
    throw new Error(`the peers disagree: ${found.daybook} and ${found.postgres} events with ${word.name}`);
  }

  const month = rangeOf(dataset, 30);
  const values = whereValues(NOTHING, month);
  const bucketMs = (month.endMs - month.startMs) / BUCKETS;
  const overview = await alternate(rounds, {
    daybook: async () => {
      await daybook.read(pathOf("/v1/events/facets", NOTHING, month, { field: "action" }));
      await daybook.read(pathOf("/v1/events/histogram", NOTHING, month, { buckets: String(BUCKETS) }));
    },
    postgres: async () => {
      await client?.query(`select action, count(*) from events ${whereOf(NOTHING)} group by 1 order by 2 desc`, values);
      const bucket = `floor(extract(epoch from ts - $2::timestamptz) * 1000 / ${bucketMs})`;
      await client?.query(
        `select ${bucket}, split_part(action, '.', 1), count(*) from events ${whereOf(NOTHING)} group by 1, 2`,
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
      goal: "≥ 10 × PostgreSQL",
    },
    {
      what: "facets of action and histogram, 30 days of the largest organization, p50",
      unit: "ms",
      daybook: median(overview.daybook),
      postgres: client && median(overview.postgres),
      goal: "≥ 4 × PostgreSQL",
    },
  ];
};
