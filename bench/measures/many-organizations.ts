import { join } from "node:path";
import Database from "libsql";
import { dataPaths } from "../../src/data-paths.ts";
import { organizationId } from "../dataset.ts";
import { Daybook } from "../daybook.ts";
import { atMost, type Goal } from "../goals.ts";
import { runProgram } from "../process.ts";
import { processorMs, residentMiB } from "../process-tree.ts";
import type { Figure } from "../results.ts";
import type { ScaleMeasure } from "../scale.ts";
import { median, timed } from "../statistics.ts";

const EVENTS_EACH = 10;
const STARTS = 5;
const PAGES = 30;

/** What one shape of the same events costs. */
interface Cost {
  readonly writeProcessorMs: number;
  readonly signedMs: number;
  readonly signedProcessorMs: number;
  readonly blockedMs: number;
  readonly readyMs: number;
  readonly readyProcessorMs: number;
  readonly idleMiB: number;
  readonly pageMs: number;
}

/** What `open-parts` prints of it. */
interface Signing {
  readonly ms: number;
  readonly processorMs: number;
  readonly blockedMs: number;
}

/** As many events in many organizations as in one: what the organizations themselves cost. */
export const manyOrganizations: ScaleMeasure = async ({ scratch, organizations, seed }) => {
  const entries = organizations * EVENTS_EACH;
  const many = await costOf(join(scratch, "many"), organizations, entries, seed);
  const one = await costOf(join(scratch, "one"), 1, entries, seed);
  const what = `${organizations.toLocaleString("en")} organizations with ${EVENTS_EACH} events each`;
  const row = (name: string, unit: Figure["unit"], of: (cost: Cost) => number, goal?: Goal): Figure => ({
    what: name,
    unit,
    daybook: of(many),
    floor: of(one),
    ...(goal !== undefined && { goal }),
  });
  return [
    row(
      `${what}: processor time an event for log, ids, trees and checkpoints`,
      "µs",
      ({ writeProcessorMs }) => (writeProcessorMs / entries) * 1000,
    ),
    row(
      "an event in each at once, until all have a signed checkpoint",
      "ms",
      ({ signedMs }) => signedMs,
      atMost(1_000),
    ),
    row("the same, processor time", "ms", ({ signedProcessorMs }) => signedProcessorMs),
    row("the same, longest that nothing else could run", "ms", ({ blockedMs }) => blockedMs),
    row(`daybook serve until ready, median of ${STARTS}`, "ms", ({ readyMs }) => readyMs, atMost(3_000)),
    row("the same, processor time", "ms", ({ readyProcessorMs }) => readyProcessorMs),
    row("memory after that start", "MiB", ({ idleMiB }) => idleMiB, atMost(450)),
    row("page of 50 of one organization, p50", "ms", ({ pageMs }) => pageMs, atMost(60)),
  ];
};

async function costOf(dataDir: string, organizations: number, entries: number, seed: number): Promise<Cost> {
  const empty = await Daybook.start(dataDir);
  await empty.prepare([]);
  await empty.stop();
  const { key } = empty;
  insertOrganizations(dataDir, organizations);
  const input = { dataDir, entries, organizations, seed, even: true };
  const written = await runProgram<{ processorMs: number }>("write-entries", input);
  const { signing } = await runProgram<{ signing: Signing }>("open-parts", { dataDir, signAll: true });
  // Search is made from the log here.
  await (await Daybook.start(dataDir, key)).stop();
  return {
    writeProcessorMs: written.processorMs,
    signedMs: signing.ms,
    signedProcessorMs: signing.processorMs,
    blockedMs: signing.blockedMs,
    ...(await costOfServing(dataDir, key, organizations)),
  };
}

async function costOfServing(dataDir: string, key: string, organizations: number) {
  const ready: number[] = [];
  const processor: number[] = [];
  const start = async () => {
    const daybook = await Daybook.start(dataDir, key);
    ready.push(daybook.readyMs);
    processor.push(processorMs(daybook.pid));
    return daybook;
  };
  for (let round = 1; round < STARTS; round++) await (await start()).stop();
  const daybook = await start();
  const idleMiB = residentMiB(daybook.pid);
  const pages: number[] = [];
  for (let round = 0; round < PAGES; round++) {
    const id = organizationId((round * 331) % organizations);
    pages.push(await timed(() => daybook.read(`/v1/events?limit=50&start=2020-01-01&tenant_id=${id}`)));
  }
  await daybook.stop();
  return { readyMs: median(ready), readyProcessorMs: median(processor), idleMiB, pageMs: median(pages) };
}

/** Not over HTTP: creating an organization commits and records each by itself, and that is not what is measured here. */
function insertOrganizations(dataDir: string, count: number): void {
  const database = new Database(dataPaths(dataDir).identity);
  database.exec("BEGIN");
  const insert = database.prepare(
    "INSERT INTO organization (id, name, slug, createdAt, search_text) VALUES (?, ?, ?, ?, ?)",
  );
  for (let index = 0; index < count; index++) {
    const id = organizationId(index);
    insert.run(id, `Organization ${index}`, id, new Date().toISOString(), `${id}\norganization ${index}`);
  }
  database.exec("COMMIT");
  database.close();
}
