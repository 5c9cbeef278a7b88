import type { Client } from "pg";
import type { Measure } from "../bench.ts";
import { askEngine } from "../engine.ts";
import {
  pageQuestions,
  pathOf,
  type Question,
  type Range,
  rangeOf,
  searchQuestions,
  whereOf,
  whereValues,
} from "../questions.ts";
import type { Figure } from "../results.ts";
import { alternate, median, percentile } from "../statistics.ts";

const PAGE = "order by ts desc, seq desc limit 50";
const COUNTED_MAX = 10_001;

/** A page of fifty with its capped total, for each kind of filter and for substring search, over thirty days. */
export const pages: Measure = async (bench) => {
  const { postgres, dataset, options } = bench;
  const range = rangeOf(dataset, 30);
  const [one, two] = postgres ? await Promise.all([postgres.connect(), postgres.connect()]) : [];
  const figures: Figure[] = [];
  const questions = [
    ...pageQuestions(dataset).map((question) => ({ question, what: `page of 50, ${question.name}` })),
    ...searchQuestions().map((question) => ({ question, what: `page of 50, search ${question.name}` })),
  ];
  const engine = await askEngine(
    bench,
    questions.map(({ question }) => pathOf("/v1/events", question, range)),
  );
  for (const { question, what } of questions) {
    const path = pathOf("/v1/events", question, range);
    const samples = await alternate(options.rounds, {
      daybook: () => bench.daybook.read(path),
      postgres: () =>
        one && two ? Promise.all([page(one, question, range), total(two, question, range)]) : Promise.resolve(),
    });
    const beside = (of: (samples: readonly number[]) => number) => ({
      daybook: of(samples.daybook),
      postgres: one && of(samples.postgres),
      floor: of(engine[path] ?? []),
    });
    figures.push({ what: `${what}, p50`, unit: "ms", ...beside(median) });
    figures.push({ what: `${what}, p95`, unit: "ms", ...beside((all) => percentile(all, 0.95)), goal: "≤ 50 ms" });
  }
  await Promise.all([one?.end(), two?.end()]);
  return figures;
};

function page(client: Client, question: Question, range: Range) {
  return client.query(`select * from events ${whereOf(question)} ${PAGE}`, whereValues(question, range));
}

function total(client: Client, question: Question, range: Range) {
  const counted = `select 1 from events ${whereOf(question)} limit ${COUNTED_MAX}`;
  return client.query(`select count(*) from (${counted}) as counted`, whereValues(question, range));
}
