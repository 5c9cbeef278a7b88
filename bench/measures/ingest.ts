import { BENCHMARK_ORGANIZATIONS } from "../../src/demo/benchmark.ts";
import type { Bench, Measure } from "../bench.ts";
import { BATCH_EVENTS } from "../dataset.ts";
import { atMost, timesPeer } from "../goals.ts";
import { type Load, loadDaybook, loadPostgres } from "../load.ts";
import { peakMiB } from "../process.ts";
import { processorMs, residentMiB } from "../process-tree.ts";
import { atRest } from "../rest.ts";
import { percentile } from "../statistics.ts";

const CONNECTIONS = 4;

/** Durable ingest in batches of a thousand: until acknowledged, and until searchable; with memory. */
export const ingest: Measure = async (bench) => {
  const { daybook, postgres, dataset } = bench;
  const { directory, filled: from, batches: to } = dataset;
  const events = (to - from) * BATCH_EVENTS;
  const idleMiB = residentMiB(daybook.pid);
  const idleProcessorMs = processorMs(daybook.pid);
  const work = { directory, from, to, connections: CONNECTIONS };
  const { load, catchUpMs, loadedMiB } = await loadUntilSearchable(bench, work, events);
  // What is put off costs too: merges and compression here, vacuum there.
  await atRest(daybook);
  const spentMs = processorMs(daybook.pid) - idleProcessorMs;
  const peerIdleMs = postgres && processorMs(postgres.pid);
  const peer = await loadPostgres(bench, work);
  await postgres?.settle();
  const peerSpentMs = postgres && processorMs(postgres.pid) - (peerIdleMs ?? 0);

  const rate = (ms: number) => (events / ms) * 1000;
  const perEvent = (ms: number | undefined) => ms && (ms / events) * 1000;
  const before = from === 0 ? "before any event" : "before that load";
  return [
    {
      what: `durable ingest, batches of 1,000, ${CONNECTIONS} connections`,
      unit: "events/s",
      daybook: rate(load.ms),
      postgres: peer && rate(peer.ms),
      goal: timesPeer(3),
      processor: {
        unit: "µs",
        an: "an event",
        daybook: perEvent(spentMs),
        postgres: perEvent(peerSpentMs),
        goal: atMost(60),
      },
      note: "processor time until at rest: search, merges and compression, or vacuum, included",
    },
    {
      what: "the same until the last event is searchable",
      unit: "events/s",
      daybook: rate(load.ms + catchUpMs),
      postgres: peer && rate(peer.ms),
      goal: timesPeer(2.7),
    },
    {
      what: "the same, answer to a batch, p99",
      unit: "ms",
      daybook: percentile(load.latenciesMs, 0.99),
      postgres: peer && percentile(peer.latenciesMs, 0.99),
      goal: atMost(300),
    },
    {
      what: `memory ${before}, ${BENCHMARK_ORGANIZATIONS.length} organizations`,
      unit: "MiB",
      daybook: idleMiB,
      goal: atMost(450),
    },
    { what: "memory under that load, highest", unit: "MiB", daybook: loadedMiB, goal: atMost(800) },
  ];
};

/** Sends the work, and waits until search has the last of its events. */
async function loadUntilSearchable(bench: Bench, work: Parameters<typeof loadDaybook>[1], events: number) {
  const { daybook } = bench;
  const entries = await daybook.entries();
  let load: Load = { ms: 0, latenciesMs: [], processorMs: 0 };
  let catchUpMs = 0;
  const loadedMiB = await peakMiB(daybook.pid, async () => {
    load = await loadDaybook(bench, work);
    const acknowledged = performance.now();
    await daybook.searchable(entries + events);
    catchUpMs = performance.now() - acknowledged;
  });
  return { load, catchUpMs, loadedMiB };
}
