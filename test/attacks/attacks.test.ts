import { setMaxListeners } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { peakMiB } from "../../bench/process.ts";
import { residentMiB } from "../../bench/process-tree.ts";
import { sameLog } from "../support/positions.ts";
import { ServerProcess } from "../support/server.ts";
import {
  type Counts,
  FLOODS,
  type Flood,
  LIVE_FROM_FIRST,
  STALLED_READERS,
  STALLED_UPLOADS,
  type Target,
  UPLOADS,
} from "./floods.ts";
import { type Experience, neighbour, percentile } from "./neighbour.ts";

/**
 * What one key's floods do to another organization, and to memory. A campaign: `npm run test:long -- test/attacks`. Times depend on the machine,
 * so they are printed, and only what does not is asserted.
 */

const SECONDS = Number(process.env.DAYBOOK_ATTACK_SECONDS ?? 20);
const MEMORY_MIB = 1024;

let server: ServerProcess;
let target: Target;
let other: string;
let idleMiB: number;

async function calm(): Promise<void> {
  await server.caughtUp();
  await pause(2_000);
}

async function during(flood: Flood, at: Target, seconds: number): Promise<Counts> {
  const signal = AbortSignal.timeout(1000 * seconds);
  setMaxListeners(0, signal);
  return flood.run(at, signal);
}

/** Everything at once. @returns what the neighbour saw, and the memory that was held above idle. */
async function attack(floods: readonly Flood[]): Promise<{ seen: Experience; counts: readonly Counts[]; mib: number }> {
  let seen: Experience = { posts: [], visible: [], refused: 0 };
  let counts: readonly Counts[] = [];
  const peak = await peakMiB(server.child.pid ?? 0, async () => {
    const watch = neighbour(server.url, other, AbortSignal.timeout(1000 * SECONDS));
    counts = await Promise.all(floods.map((flood) => during(flood, target, SECONDS)));
    seen = await watch;
  });
  await calm();
  return { seen, counts, mib: peak - idleMiB };
}

function print(name: string, { seen, counts, mib }: Awaited<ReturnType<typeof attack>>): void {
  const ms = (values: readonly number[]) =>
    [0.5, 0.99].map((share) => percentile(values, share).toFixed(0)).join(" · ");
  const events = counts.reduce((sum, one) => sum + one.events, 0);
  const statuses = counts.map((one) => JSON.stringify(one.statuses)).join(" ");
  process.stdout.write(
    `| ${name} | ${ms(seen.posts)} | ${ms(seen.visible)} | ${seen.refused} | ${(events / SECONDS).toFixed(0)}/s ${statuses} | ${mib.toFixed(0)} MiB |\n`,
  );
}

describe.runIf(process.env.DAYBOOK_TEST_LONG === "1")("a neighbour of a flood", () => {
  beforeAll(async () => {
    server = await ServerProcess.start();
    const scopes = ["--create", "--scopes", "events:write,events:read"];
    const key = await server.key(["--org", "acme", ...scopes]);
    other = await server.key(["--org", "globex", ...scopes]);
    // Something to read: the first of everything also starts what then stays.
    await during(UPLOADS, { url: server.url, key, fromFirst: "" }, 3);
    const page = await (await server.fetch("/v1/events?limit=1", {}, key)).json();
    target = { url: server.url, key, fromFirst: sameLog((page as { indexed_through: string }).indexed_through, -1) };
    await calm();
    idleMiB = residentMiB(server.child.pid ?? 0);
  });
  afterAll(() => server.remove());

  it("is seen as it is without one", async () => {
    const seen = await attack([]);
    print("idle", seen);
    expect(seen.seen.refused).toBe(0);
  });

  it.each(FLOODS.map((flood) => [flood.name, flood] as const))("is never refused: %s", async (name, flood) => {
    const result = await attack([flood]);
    print(name, result);
    expect(result.seen.refused).toBe(0);
  });

  it("is never refused, and memory is bounded, while all that takes memory comes together", async () => {
    const result = await attack([UPLOADS, STALLED_READERS, STALLED_UPLOADS, LIVE_FROM_FIRST]);
    print("the four memory attacks together", result);
    expect(result.seen.refused).toBe(0);
    expect(result.mib).toBeLessThan(MEMORY_MIB);
  });
});
