import { expect, test } from "vitest";
import { campaign } from "./campaign.ts";
import { type Call, GO } from "./simulated-disk.ts";
import { runTrace } from "./trace.ts";

/** Lives that are tried; a removed fsync is missed in some of them only. */
const SEEDS = campaign("DAYBOOK_TEST_LIVES", 400, 400);
/** Lives in which a removed fsync was missed before. They are tried first: most others show nothing. */
const TELLING = [1, 3, 4, 10, 15, 176, 211, 253, 311];
const CALLS = 80;
const SYNCS = ["fsync", "fdatasync", "fsync-directory"];
const LOG = "/dist/server/log/";
/** A place in the log's program is found through the frames of the disk that lie in between. */
const FRAMES = 50;

test("without any one of its fsyncs the log would lose something", { timeout: 60_000 + 2_000 * SEEDS }, async () => {
  const sites = await findSites();
  const missed = new Map<string, string>();
  for (const [site, seeds] of sites) missed.set(site, await firstLoss(site, seeds));
  process.stdout.write(`${[...missed].map(([site, loss]) => `${site} removed: ${loss}`).join("\n")}\n`);
  expect([...missed].filter(([, loss]) => loss === "nothing lost")).toEqual([]);
  expect(sites.size).toBeGreaterThanOrEqual(11);
});

/** Places in the log's program that sync, each with the seeds of the lives that come by, found by living them. */
async function findSites(): Promise<Map<string, number[]>> {
  const sites = new Map<string, number[]>();
  for (let seed = 1; seed <= SEEDS; seed++) {
    const passed = new Set<string>();
    const intercept = (call: Call) => {
      if (SYNCS.includes(call.operation)) passed.add(callSite());
      return GO;
    };
    await runTrace(seed, { calls: CALLS, lossRate: 0, intercept });
    for (const site of passed) sites.set(site, [...(sites.get(site) ?? []), seed]);
  }
  return new Map([...sites].sort(([left], [right]) => left.localeCompare(right)));
}

async function firstLoss(site: string, seeds: readonly number[]): Promise<string> {
  const telling = TELLING.filter((seed) => seeds.includes(seed));
  for (const seed of new Set([...telling, ...seeds])) {
    const intercept = (call: Call) =>
      SYNCS.includes(call.operation) && callSite() === site ? ({ kind: "skip" } as const) : GO;
    try {
      await runTrace(seed, { calls: CALLS, lossRate: 0.3, intercept });
    } catch (error) {
      return `with seed ${seed}: ${error instanceof Error ? error.message : String(error)}`;
    }
  }
  return "nothing lost";
}

/** The line of the log's program, its own file of system calls apart, that makes the current call. */
function callSite(): string {
  const { stackTraceLimit, prepareStackTrace } = Error;
  Error.stackTraceLimit = FRAMES;
  Error.prepareStackTrace = (_, sites) => sites.map((site) => `${site.getFileName()}:${site.getLineNumber()}`);
  const frames = new Error().stack as unknown as string[];
  Object.assign(Error, { stackTraceLimit, prepareStackTrace });
  const running = frames.find((frame) => frame.includes(LOG) && !frame.includes(`${LOG}disk.js`));
  return running?.slice(running.indexOf(LOG) + LOG.length) ?? "unknown";
}
