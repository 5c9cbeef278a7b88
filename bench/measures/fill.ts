import { join } from "node:path";
import type { Measure } from "../bench.ts";
import { Daybook } from "../daybook.ts";
import type { Postgres } from "../postgres.ts";
import { DROP_INDEXES, INDEXES } from "../postgres-table.ts";
import { runProgram } from "../process.ts";
import { processorMs } from "../process-tree.ts";
import { timed } from "../statistics.ts";

/**
 * Puts in what is not to be sent over HTTP, for sizes where that would take too long: Daybook by the log's own code, PostgreSQL by COPY
 * into a table without indexes, which are created afterwards. Nothing when all is sent.
 */
export const fill: Measure = async (bench) => {
  const { dataset, postgres } = bench;
  const { directory, filled: to } = dataset;
  if (to === 0) return [];
  const events = (dataset.events / dataset.batches) * to;
  const { dataDir, key } = bench.daybook;
  await bench.daybook.stop();
  const spent = await runProgram<{ ms: number; processorMs: number }>("fill-daybook", { dataDir, directory, to });
  bench.daybook = await Daybook.start(dataDir, key);
  const indexed = { ms: bench.daybook.readyMs, processorMs: processorMs(bench.daybook.pid) };
  const peer = postgres && (await fillPostgres(postgres, directory, to));
  const perEvent = (ms: number) => (ms / events) * 1000;
  return [
    {
      what: `filled without HTTP: ${events.toLocaleString("en")} events, search included`,
      unit: "events/s",
      daybook: (events / (spent.ms + indexed.ms)) * 1000,
      postgres: peer && (events / peer.ms) * 1000,
      processor: {
        unit: "µs",
        an: "an event",
        daybook: perEvent(spent.processorMs + indexed.processorMs),
        postgres: peer && perEvent(peer.processorMs),
      },
      note: "PostgreSQL: COPY, then indexes and vacuum",
    },
  ];
};

async function fillPostgres(postgres: Postgres, directory: string, to: number) {
  const before = processorMs(postgres.pid);
  const ms = await timed(async () => {
    const client = await postgres.connect();
    await client.query(DROP_INDEXES);
    await runProgram("fill-postgres", { psql: join(postgres.bin, "psql"), url: postgres.url, directory, to });
    await client.query(INDEXES);
    await client.end();
    await postgres.settle();
  });
  return { ms, processorMs: processorMs(postgres.pid) - before };
}
