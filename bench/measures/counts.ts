import type { Bench, Measure } from "../bench.ts";
import { askEngine } from "../engine.ts";
import { timesPeer } from "../goals.ts";
import { processorMs } from "../process-tree.ts";
import { commonWord, EVERYTHING, pathOf, rangeOf, whereOf, whereValues } from "../questions.ts";
import type { Figure } from "../results.ts";
import { alternate, median } from "../statistics.ts";

const BUCKETS = 60;
/** With so many events, counting is to be ahead by more. */
const MANY_EVENTS = 10_000_000;

interface Facets {
  values: { count: number }[];
}

/** How often a common word occurs, exactly; and what the head of the page shows: facets and the histogram. */
export const counts: Measure = async (bench) => {
  const { postgres, dataset } = bench;
  const client = await postgres?.connect();
  const word = commonWord();
  const all = rangeOf(dataset);
  const wordPath = pathOf("/v1/events/facets", word, all, { field: "outcome" });
  const month = rangeOf(dataset, 30);
  const facetsPath = pathOf("/v1/events/facets", EVERYTHING, month, { field: "action" });
  const histogramPath = pathOf("/v1/events/histogram", EVERYTHING, month, { buckets: String(BUCKETS) });
  const engine = await askEngine(bench, [wordPath, facetsPath, histogramPath]);
  const floor = (path: string) => median(engine[path] ?? []);

  const found = { daybook: 0, postgres: 0 };
  const counting = await spending(bench, {
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
  const overview = await spending(bench, {
    daybook: async () => {
      await bench.daybook.read(facetsPath);
      await bench.daybook.read(histogramPath);
    },
    postgres: async () => {
      for (const text of overviewQueries(month)) await client?.query(text, whereValues(EVERYTHING, month));
    },
  });
  await client?.end();
  const counted = `exact count of ${word.name} (${found.daybook.toLocaleString("en")}), p50`;
  return [
    figure(counted, "a count", counting, {
      floor: floor(wordPath),
      goal: timesPeer(dataset.events >= MANY_EVENTS ? 10 : 5),
    }),
    figure("facets of action and histogram, 30 days of the largest organization, p50", "for both", overview, {
      floor: floor(facetsPath) + floor(histogramPath),
      goal: timesPeer(4),
    }),
  ];
};

function overviewQueries({ startMs, endMs }: { startMs: number; endMs: number }): string[] {
  const where = whereOf(EVERYTHING);
  const bucket = `floor(extract(epoch from ts - $2::timestamptz) * 1000 / ${(endMs - startMs) / BUCKETS})`;
  const family = "split_part(action, '.', 1)";
  return [
    `select action, count(*) from events ${where} group by 1 order by 2 desc`,
    `select ${bucket}, ${family}, count(*) from events ${where} group by 1, 2`,
  ];
}

type Peer = "daybook" | "postgres";

interface Spent {
  readonly times: Record<Peer, number[]>;
  /** Milliseconds of processor time a round. Undefined of a peer that does not run. */
  readonly processor: { readonly daybook: number; readonly postgres: number | undefined };
}

/** Both peers in turn, with the processor time that each took. */
async function spending(
  { daybook, postgres, options }: Bench,
  peers: Record<Peer, () => Promise<unknown>>,
): Promise<Spent> {
  const processor = () => ({
    daybook: processorMs(daybook.pid),
    postgres: postgres && processorMs(postgres.pid),
  });
  const from = processor();
  const times = await alternate(options.rounds, peers);
  const to = processor();
  const rounds = options.rounds + 1;
  return {
    times,
    processor: {
      daybook: (to.daybook - from.daybook) / rounds,
      postgres: to.postgres && (to.postgres - (from.postgres ?? 0)) / rounds,
    },
  };
}

function figure(what: string, an: string, { times, processor }: Spent, of: Pick<Figure, "floor" | "goal">): Figure {
  return {
    what,
    unit: "ms",
    daybook: median(times.daybook),
    postgres: processor.postgres && median(times.postgres),
    processor: { unit: "ms", an, ...processor },
    ...of,
  };
}
