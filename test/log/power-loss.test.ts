import { expect, test } from "vitest";
import { campaign } from "./campaign.ts";
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
