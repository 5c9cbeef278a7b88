import { BENCHMARK_ORGANIZATIONS } from "../../src/demo/benchmark.ts";
import type { Measure } from "../bench.ts";
import { peakMiB, residentMiB, runProgram } from "../process.ts";
import type { Figure } from "../results.ts";
import { percentile } from "../statistics.ts";

const CONNECTIONS = 4;

interface Load {
  readonly ms: number;
  readonly latenciesMs: number[];
}

/** Durable ingest in batches of a thousand: until acknowledged, and until searchable; with memory. */
export const ingest: Measure = async ({ daybook, postgres, dataset }) => {
  const { directory, batches, events } = dataset;
  const idleMiB = residentMiB(daybook.pid);
  const before = await daybook.entries();
  const work = { directory, batches, connections: CONNECTIONS };
  let load: Load = { ms: 0, latenciesMs: [] };
  let searchableMs = 0;
  const loadedMiB = await peakMiB(daybook.pid, async () => {
    const start = performance.now();
    load = await runProgram<Load>("load-daybook", { ...work, url: daybook.url, key: daybook.key });
    const startUpMs = performance.now() - start - load.ms;
    await daybook.searchable(before + events);
    searchableMs = performance.now() - start - startUpMs;
  });
  const peer = postgres && (await runProgram<Load>("load-postgres", { ...work, url: postgres.url }));
  if (postgres) await analyse(postgres);

  const rate = (ms: number) => (events / ms) * 1000;
  const figures: Figure[] = [
    {
      what: `durable ingest, batches of 1,000, ${CONNECTIONS} connections`,
      unit: "events/s",
      daybook: rate(load.ms),
      postgres: peer && rate(peer.ms),
      goal: "≥ 3 × PostgreSQL",
    },
    {
      what: "the same until the last event is searchable",
      unit: "events/s",
      daybook: rate(searchableMs),
      postgres: peer && rate(peer.ms),
    },
    {
      what: "the same, answer to a batch, p99",
      unit: "ms",
      daybook: percentile(load.latenciesMs, 0.99),
      postgres: peer && percentile(peer.latenciesMs, 0.99),
    },
    {
      what: `memory before any event, ${BENCHMARK_ORGANIZATIONS.length} organizations`,
      unit: "MiB",
      daybook: idleMiB,
      goal: "≤ 450",
    },
    { what: "memory under that load, highest", unit: "MiB", daybook: loadedMiB, goal: "≤ 800" },
  ];
  return figures;
};

async function analyse(postgres: { connect(): Promise<import("pg").Client> }): Promise<void> {
  const client = await postgres.connect();
  await client.query("vacuum analyze events");
  await client.query("checkpoint");
  await client.end();
}
