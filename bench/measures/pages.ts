import type { Measure } from "../bench.ts";
import { SMALLEST } from "../dataset.ts";
import { askEngine } from "../engine.ts";
import { atMost, type Goal, timesPeer } from "../goals.ts";
import { closePageClients, connectForPages, costOfPage, type PageCost } from "../page-cost.ts";
import { byActor, EVERYTHING, pathOf, type Question, rangeOf, tenQuestions } from "../questions.ts";
import type { Figure } from "../results.ts";
import { median, percentile } from "../statistics.ts";

/** A page of fifty with its capped total, for each kind of filter and for substring search, over thirty days. */
export const pages: Measure = async (bench) => {
  const range = rangeOf(bench.dataset, 30);
  const questions = tenQuestions(bench.dataset);
  const engine = await askEngine(
    bench,
    questions.map((question) => pathOf("/v1/events", question, range)),
  );
  const clients = await connectForPages(bench);
  const figures: Figure[] = [];
  for (const question of questions) {
    const cost = await costOfPage(bench, clients, question, range);
    const floor = engine[pathOf("/v1/events", question, range)];
    figures.push(...figuresOf(`page of 50, ${question.name}`, cost, { question, floor, p95: atMost(25) }));
  }
  await closePageClients(clients);
  return figures;
};

/** Pages that an index of the largest organization's last month does not help. */
export const hardPages: Measure = async (bench) => {
  const all = rangeOf(bench.dataset);
  const smallest = { ...EVERYTHING, tenant: SMALLEST };
  const actor = byActor(bench.dataset.actorId);
  const clients = await connectForPages(bench);
  const figures = [
    ...figuresOf("page of 50 of the smallest organization, 90 days", await costOfPage(bench, clients, smallest, all), {
      p95: atMost(60),
    }),
    ...figuresOf("page of 50 of one actor, 90 days", await costOfPage(bench, clients, actor, all), { p95: atMost(60) }),
  ];
  await closePageClients(clients);
  return figures;
};

interface Beside {
  /** What is to be ahead of PostgreSQL, unless that has a b-tree for it. */
  readonly question?: Question;
  readonly floor?: readonly number[] | undefined;
  readonly p95: Goal;
}

function figuresOf(what: string, cost: PageCost, { question, floor, p95 }: Beside): Figure[] {
  const { daybookMs, postgresMs, processor } = cost;
  const beside = (of: (samples: readonly number[]) => number) => ({
    daybook: of(daybookMs),
    postgres: postgresMs && of(postgresMs),
    floor: floor && of(floor),
  });
  return [
    {
      what: `${what}, p50`,
      unit: "ms",
      ...beside(median),
      ...(question && question.indexed !== true && { goal: timesPeer(1) }),
      processor: { unit: "ms", an: "a page", ...processor },
    },
    { what: `${what}, p95`, unit: "ms", ...beside((samples) => percentile(samples, 0.95)), goal: p95 },
  ];
}
