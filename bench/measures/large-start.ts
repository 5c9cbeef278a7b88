import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { dataPaths } from "../../src/data-paths.ts";
import { Daybook } from "../daybook.ts";
import { atLeast, atMost } from "../goals.ts";
import { end, runProgram } from "../process.ts";
import { processorMs, residentMiB } from "../process-tree.ts";
import type { Figure } from "../results.ts";
import type { ScaleMeasure } from "../scale.ts";
import { median } from "../statistics.ts";

const ORGANIZATIONS = 100;
const STARTS = 5;
/** Entries that are added before the kill. */
const KILLED_ENTRIES = 100_000;

/** What `open-parts` prints. */
interface Opened {
  readonly entries: number;
  readonly behind: number;
  readonly logMs: number;
  readonly treeMs: number;
  readonly idsMs: number;
  readonly coveredMs: number;
}

/**
 * Starting on a log of many entries, which are written by the log's own code: first its parts alone, up to the signed checkpoints, then the
 * server until it is ready; several times, and first after a kill.
 */
export const largeStart: ScaleMeasure = async ({ scratch, entries, seed }) => {
  const dataDir = join(scratch, "large");
  await runProgram("write-entries", { dataDir, entries, organizations: ORGANIZATIONS, seed });
  const open = () => runProgram<Opened>("open-parts", { dataDir, signAll: false });
  await open();
  const starts: Opened[] = [];
  for (let round = 0; round < STARTS; round++) starts.push(await open());
  await writeAndKill(dataDir, entries, seed);
  const killed = await open();
  const what = entries.toLocaleString("en");
  const parts = `${what} entries of ${ORGANIZATIONS} organizations`;
  const middle = (of: (opened: Opened) => number) => median(starts.map(of));
  return [
    { what: `open the log: ${parts}`, unit: "ms", daybook: middle(({ logMs }) => logMs) },
    { what: "open trees, checkpoints and keys", unit: "ms", daybook: middle(({ treeMs }) => treeMs) },
    { what: "open ids", unit: "ms", daybook: middle(({ idsMs }) => idsMs) },
    {
      what: "all of it, until every organization's checkpoint covers its entries",
      unit: "ms",
      daybook: middle(({ coveredMs }) => coveredMs),
      goal: atMost(3_000),
    },
    {
      what: `the same, first after kill -9 while writing (trees or ids ${killed.behind.toLocaleString("en")} entries behind)`,
      unit: "ms",
      daybook: killed.coveredMs,
    },
    ...(await serverStarts(dataDir, killed.entries)),
  ];
};

/** Of the whole server: without search at first, so that it is rebuilt; then several times; then killed while it is written to. */
async function serverStarts(dataDir: string, entries: number): Promise<Figure[]> {
  const rebuilds = !existsSync(dataPaths(dataDir).search);
  const first = await Daybook.start(dataDir);
  const rebuild: Figure[] = rebuilds
    ? [
        {
          what: "first start of the server, which makes search from the log",
          unit: "events/s",
          daybook: (entries / first.readyMs) * 1000,
          goal: atLeast(60_000),
        },
      ]
    : [];
  await first.stop();
  const ready: number[] = [];
  const processor: number[] = [];
  let idleMiB = 0;
  for (let round = 0; round < STARTS; round++) {
    const daybook = await Daybook.start(dataDir);
    ready.push(daybook.readyMs);
    processor.push(processorMs(daybook.pid));
    idleMiB = residentMiB(daybook.pid);
    await daybook.stop();
  }
  const what = `daybook serve with ${entries.toLocaleString("en")} entries, until ready`;
  return [
    ...rebuild,
    { what: `${what}, median of ${STARTS}`, unit: "ms", daybook: median(ready), goal: atMost(3_000) },
    { what: "the same, slowest", unit: "ms", daybook: Math.max(...ready), goal: atMost(3_000) },
    { what: "the same, processor time", unit: "ms", daybook: median(processor) },
    { what: "memory after that start", unit: "MiB", daybook: idleMiB, goal: atMost(450) },
    {
      what: "the same, first after kill -9 while it was written to",
      unit: "ms",
      daybook: await startAfterKill(dataDir),
    },
  ];
}

async function startAfterKill(dataDir: string): Promise<number> {
  const daybook = await Daybook.start(dataDir);
  await daybook.prepare([{ id: "org-killed", name: "Killed" }]);
  const event = { action: "db.update", tenant_id: "org-killed", actor: { type: "service" }, resource: { type: "row" } };
  const body = JSON.stringify(Array.from({ length: 1_000 }, () => event));
  const headers = { "content-type": "application/json" };
  const posts = Array.from({ length: 20 }, () =>
    // What the kill cuts off was never acknowledged.
    daybook.call("/v1/events", { method: "POST", body, headers }).catch(() => undefined),
  );
  await Promise.race(posts);
  await end(daybook.child, "SIGKILL");
  await Promise.all(posts);
  const again = await Daybook.start(dataDir);
  await again.stop();
  return again.readyMs;
}

async function writeAndKill(dataDir: string, entries: number, seed: number): Promise<void> {
  const file = fileURLToPath(new URL("../programs/write-entries.ts", import.meta.url));
  const input = { dataDir, entries: entries + KILLED_ENTRIES, organizations: ORGANIZATIONS, seed, killed: true };
  const args = ["--conditions", "daybook-source", "--import", "tsx", file, JSON.stringify(input)];
  await once(spawn(process.execPath, args, { stdio: ["ignore", "ignore", "inherit"] }), "exit");
}
