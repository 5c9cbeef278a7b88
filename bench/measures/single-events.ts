import type { Measure } from "../bench.ts";
import { atMost, timesPeer } from "../goals.ts";
import { type Load, loadDaybook, loadPostgres } from "../load.ts";
import { percentile } from "../statistics.ts";

const CONNECTIONS = 64;

/** Durable ingest of one event a request. */
export const singleEvents: Measure = async (bench) => {
  const { singlesFile, singles } = bench.dataset;
  const work = { singlesFile, to: singles, connections: CONNECTIONS };
  const load = await loadDaybook(bench, work);
  const peer = await loadPostgres(bench, work);
  const beside = (of: (load: Load) => number) => ({ daybook: of(load), postgres: peer && of(peer) });
  return [
    {
      what: `durable ingest, single events, ${CONNECTIONS} connections`,
      unit: "events/s",
      ...beside(({ ms }) => (singles / ms) * 1000),
      goal: timesPeer(2.2),
      processor: {
        unit: "µs",
        an: "an event",
        ...beside(({ processorMs }) => (processorMs / singles) * 1000),
        goal: atMost(150),
      },
    },
    { what: "the same, answer p50", unit: "ms", ...beside(({ latenciesMs }) => percentile(latenciesMs, 0.5)) },
    {
      what: "the same, answer p99",
      unit: "ms",
      ...beside(({ latenciesMs }) => percentile(latenciesMs, 0.99)),
      goal: atMost(40),
    },
  ];
};
