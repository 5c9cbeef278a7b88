import type { Client } from "pg";
import { BENCHMARK_ORGANIZATIONS } from "../../src/demo/benchmark.ts";
import type { Measure } from "../bench.ts";
import { type Load, loadDaybook, loadPostgres } from "../load.ts";
import { peakMiB, processorMs, residentMiB } from "../process.ts";
import { percentile } from "../statistics.ts";

const CONNECTIONS = 4;

/** Durable ingest in batches of a thousand: until acknowledged, and until searchable; with memory. */
export const ingest: Measure = async (bench) => {
  const { daybook, postgres, dataset } = bench;
  const { directory, batches, events } = dataset;
  const idleMiB = residentMiB(daybook.pid);
  const idleProcessorMs = processorMs(daybook.pid);
  const entries = await daybook.entries();
  const work = { directory, batches, connections: CONNECTIONS };
  let load: Load = { ms: 0, latenciesMs: [], processorMs: 0 };
  let catchUpMs = 0;
  const loadedMiB = await peakMiB(daybook.pid, async () => {
    load = await loadDaybook(bench, work);
    const acknowledged = performance.now();
    await daybook.searchable(entries + events);
    catchUpMs = performance.now() - acknowledged;
  });
  const spentMs = processorMs(daybook.pid) - idleProcessorMs;
  const peer = await loadPostgres(bench, work);
  if (postgres) await settle(await postgres.connect());

  const rate = (ms: number) => (events / ms) * 1000;
  const perEvent = (ms: number) => (ms / events) * 1000;
  return [
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
      daybook: rate(load.ms + catchUpMs),
      postgres: peer && rate(peer.ms),
    },
    {
      what: "the same, processor time of the server an event, search included",
      unit: "µs",
      daybook: perEvent(spentMs),
      postgres: peer && perEvent(peer.processorMs),
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
};

/** What PostgreSQL would do by itself in its own time: visibility map, statistics, dirty pages. */
async function settle(client: Client): Promise<void> {
  await client.query("vacuum analyze events");
  await client.query("checkpoint");
  await client.end();
}
