import type { Measure } from "../bench.ts";
import { runProgram } from "../process.ts";
import { percentile } from "../statistics.ts";

const CONNECTIONS = 64;

interface Load {
  readonly ms: number;
  readonly latenciesMs: number[];
}

/** Durable ingest of one event a request. */
export const singleEvents: Measure = async ({ daybook, postgres, dataset: { singlesFile, singles } }) => {
  const work = { singlesFile, connections: CONNECTIONS, to: singles };
  const load = await runProgram<Load>("load-daybook", { ...work, url: daybook.url, key: daybook.key });
  const peer = postgres && (await runProgram<Load>("load-postgres", { ...work, url: postgres.url }));
  const rate = ({ ms }: Load) => (singles / ms) * 1000;
  return [
    {
      what: `durable ingest, single events, ${CONNECTIONS} connections`,
      unit: "events/s",
      daybook: rate(load),
      postgres: peer && rate(peer),
      goal: "≥ 2 × PostgreSQL",
    },
    {
      what: "the same, answer p50",
      unit: "ms",
      daybook: percentile(load.latenciesMs, 0.5),
      postgres: peer && percentile(peer.latenciesMs, 0.5),
    },
    {
      what: "the same, answer p99",
      unit: "ms",
      daybook: percentile(load.latenciesMs, 0.99),
      postgres: peer && percentile(peer.latenciesMs, 0.99),
    },
  ];
};
