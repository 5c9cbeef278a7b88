import { expect, test } from "vitest";
import { campaign } from "./campaign.ts";
import { type Call, GO } from "./simulated-disk.ts";
import { runTrace } from "./trace.ts";

const SEEDS = campaign("DAYBOOK_TEST_SEEDS", 100, 2000);
const CALLS = 200;

test("a power loss at any call takes nothing that was promised", { timeout: 60_000 + 2_000 * SEEDS }, async () => {
  let losses = 0;
  for (let seed = 1; seed <= SEEDS; seed++) {
    try {
      losses += await runTrace(seed, { calls: CALLS, lossRate: 1 });
    } catch (error) {
      throw new Error(`with seed ${seed}`, { cause: error });
    }
  }
  expect(losses).toBeGreaterThan(SEEDS * CALLS * 0.5);
});

test("a seed gives the same trace on any machine", async () => {
  for (let seed = 1; seed <= 3; seed++) expect(await callsOf(seed, 3)).toEqual(await callsOf(seed, 0));
});

/** What a log that lives by a seed asks of a disk that takes so long to open a file. */
async function callsOf(seed: number, openMs: number): Promise<string[]> {
  const sleeper = new Int32Array(new SharedArrayBuffer(4));
  const calls: string[] = [];
  const intercept = ({ operation, path }: Call) => {
    if (operation === "open") Atomics.wait(sleeper, 0, 0, openMs);
    calls.push(`${operation} ${path}`);
    return GO;
  };
  await runTrace(seed, { calls: 500, lossRate: 0.02, intercept });
  return calls;
}
