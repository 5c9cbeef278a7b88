import { join } from "node:path";
import type { Bench, Measure } from "../bench.ts";
import { BATCH_EVENTS } from "../dataset.ts";
import { Daybook } from "../daybook.ts";
import { atLeast, atMost } from "../goals.ts";
import { loadDaybook } from "../load.ts";
import type { Postgres } from "../postgres.ts";
import { processorMs } from "../process-tree.ts";
import { atRest } from "../rest.ts";
import type { Figure } from "../results.ts";
import { percentile } from "../statistics.ts";
import { untilVisible } from "../visible.ts";

const NODES = 3;
const BATCHES_MAX = 200;
const CONNECTIONS = 4;
const SINGLES_MAX = 600;
const DATABASE = "nodes";

interface Rates {
  readonly eventsPerSecond: number;
  /** Of all nodes, until they are at rest. */
  readonly processorUs: number;
  /** p50 of an event that the leader takes, one after the other. */
  readonly singleMs: number;
}

/** Three nodes that share a log in PostgreSQL beside one local node, all on this machine. Each keeps its own search. */
export const nodes: Measure = async (bench) => {
  const { postgres } = bench;
  if (postgres === undefined) return [];
  const local = await withNodes(bench, [[]], (started) => ratesOf(bench, started));
  const options = await sharedOptions(bench, postgres);
  return withNodes(
    bench,
    Array.from({ length: NODES }, () => options),
    async (started): Promise<Figure[]> => {
      const shared = await ratesOf(bench, started);
      const [leader, other = leader] = started;
      const visibleMs = await untilVisible(leader, other);
      return [
        {
          what: `batches of 1,000 to ${NODES} nodes in turn, ${CONNECTIONS} connections`,
          unit: "events/s",
          daybook: shared.eventsPerSecond,
          goal: atLeast(0.7 * local.eventsPerSecond, "≥ 0.7 × one local node"),
          note: `one local node: ${rounded(local.eventsPerSecond)}; ${rounded(shared.processorUs)} and ${rounded(local.processorUs)} µs of processor time an event, PostgreSQL's not included`,
        },
        {
          what: "what PostgreSQL adds to the answer to one event, p50",
          unit: "ms",
          daybook: shared.singleMs - local.singleMs,
          goal: atMost(5),
          note: `${shared.singleMs.toFixed(1)} and ${local.singleMs.toFixed(1)} ms`,
        },
        { what: "from receipt to a page of another node, p50", unit: "ms", daybook: percentile(visibleMs, 0.5) },
        {
          what: "from receipt to a page of another node, p99",
          unit: "ms",
          daybook: percentile(visibleMs, 0.99),
          goal: atMost(1_000),
        },
      ];
    },
  );
};

/** @param options of each node; the first one becomes the leader. */
async function withNodes<Result>(
  { scratch }: Bench,
  options: readonly (readonly string[])[],
  work: (nodes: readonly [Daybook, ...Daybook[]]) => Promise<Result>,
): Promise<Result> {
  const started: Daybook[] = [];
  try {
    for (const [at, more] of options.entries()) {
      const directory = join(scratch, `node-${at}-of-${options.length}`);
      started.push(await Daybook.start(directory, started[0]?.key, more));
      if (at === 0) await started[0]?.prepare();
    }
    return await work(started as [Daybook, ...Daybook[]]);
  } finally {
    for (const node of started.reverse()) await node.stop();
  }
}

async function sharedOptions({ scratch }: Bench, postgres: Postgres): Promise<string[]> {
  const client = await postgres.connect();
  await client.query(`create database ${DATABASE}`);
  await client.end();
  const keys = (name: string) => join(scratch, name);
  const url = postgres.url.replace("/postgres?", `/${DATABASE}?`);
  return ["--log-url", url, "--signing-keys", keys("signing.json"), "--streams-key", keys("streams.key")];
}

async function ratesOf(
  { dataset: { directory, batches, singlesFile, singles } }: Bench,
  [leader, ...others]: readonly [Daybook, ...Daybook[]],
): Promise<Rates> {
  const all = [leader, ...others];
  const spent = () => all.reduce((sum, { pid }) => sum + processorMs(pid), 0);
  const to = Math.min(batches, BATCHES_MAX);
  const events = to * BATCH_EVENTS;
  const before = spent();
  const load = await loadDaybook({ daybook: leader }, { directory, from: 0, to, connections: CONNECTIONS }, others);
  await Promise.all(all.map((node) => node.searchable(events)));
  await Promise.all(all.map(atRest));
  const spentMs = spent() - before;
  const work = { singlesFile, to: Math.min(singles, SINGLES_MAX), connections: 1 };
  const { latenciesMs } = await loadDaybook({ daybook: leader }, work);
  return {
    eventsPerSecond: (events / load.ms) * 1000,
    processorUs: (spentMs / events) * 1000,
    singleMs: percentile(latenciesMs, 0.5),
  };
}

function rounded(figure: number): string {
  return Math.round(figure).toLocaleString("en");
}
