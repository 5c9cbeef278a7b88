import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { dataPaths } from "../../src/config.ts";
import type { Measure } from "../bench.ts";
import type { Figure } from "../results.ts";

/** Bytes on disk for each event, with indexes, once background merges have had their time. */
export const size: Measure = async ({ daybook, postgres, dataset }) => {
  const events = dataset.events + dataset.singles;
  const { root, log, search, ids } = dataPaths(daybook.dataDir);
  await compressed(log);
  const client = await postgres?.connect();
  await client?.query("vacuum analyze events");
  const result = await client?.query<{ size: string }>("select pg_total_relation_size('events') as size");
  await client?.end();
  const peer = result?.rows[0] && Number(result.rows[0].size) / events;
  const parts: Figure[] = [
    ["log", log],
    ["search", search],
    ["ids", ids],
  ].map(([name = "", directory = ""]) => ({
    what: `bytes on disk an event: ${name}`,
    unit: "bytes",
    daybook: allocated(directory) / events,
  }));
  const total: Figure = {
    what: `bytes on disk an event, all in (JSON as sent: ${Math.round(dataset.bytesPerEvent)})`,
    unit: "bytes",
    daybook: allocated(root) / events,
    postgres: peer,
    goal: "≤ 400",
  };
  return [total, ...parts];
};

/** Sealed segments are compressed in the background: waits until the open one alone is raw. */
async function compressed(log: string): Promise<void> {
  while (readdirSync(log).filter((name) => name.endsWith(".seg")).length > 1) await pause(200);
}

const BLOCK_BYTES = 512;

/** What a directory takes on disk: blocks, not lengths, as sparse files and merges would make lengths a guess. */
function allocated(path: string): number {
  const { blocks } = statSync(path);
  if (!statSync(path).isDirectory()) return blocks * BLOCK_BYTES;
  return readdirSync(path).reduce((sum, name) => sum + allocated(join(path, name)), blocks * BLOCK_BYTES);
}
