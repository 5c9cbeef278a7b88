import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, expect, test } from "vitest";
import { campaign } from "../log/campaign.ts";
import { Random } from "../log/random.ts";
import { builtChild } from "../support/built-child.ts";
import { TreeFixture } from "./fixture.ts";
import { readCheckpoint, rootsByConsistency } from "./stranger.ts";

const LOOPS = campaign("DAYBOOK_TEST_TREE_KILLS", 6, 300);
/** After so many checkpoints of a process it is killed, at most. */
const CHECKPOINTS_MAX = 8;

interface Line {
  vkeys?: Record<string, string>;
  organization?: string;
  note?: string;
  alarm?: unknown;
}

let fixture: TreeFixture;
beforeAll(() => {
  fixture = new TreeFixture();
});
afterAll(() => fixture.remove());

test("kill -9 while signing leaves no two checkpoints that contradict each other", {
  timeout: 20_000 * LOOPS,
}, async () => {
  const random = new Random(LOOPS);
  const lines: Line[] = [];
  for (let loop = 0; loop < LOOPS; loop++) {
    lines.push(...(await checkpointsOfKilled(1 + random.integer(CHECKPOINTS_MAX), random.integer(400))));
  }
  expect(lines.filter(({ alarm }) => alarm !== undefined)).toEqual([]);
  await fixture.open();
  const checked = await checkAll(lines);
  expect(fixture.alarms).toEqual([]);
  expect(checked).toBeGreaterThanOrEqual(LOOPS);
  process.stdout.write(`${LOOPS} kills, ${checked} checkpoints, all consistent\n`);
});

/** Kills the process so long after it reported `count` checkpoints: a round comes every half second. */
async function checkpointsOfKilled(count: number, delayMs: number): Promise<Line[]> {
  const program = await builtChild("sign-until-killed.child.ts", import.meta.url);
  const child = spawn(process.execPath, [program, fixture.directory], { stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(child, "close");
  const lines = await journal(child, count, delayMs);
  await ended;
  expect(child.signalCode).toBe("SIGKILL");
  return lines;
}

async function journal(child: ChildProcess, count: number, delayMs: number): Promise<Line[]> {
  const lines: Line[] = [];
  let left = count;
  for await (const line of createInterface({ input: child.stdout as NodeJS.ReadableStream })) {
    // The last line may be cut off.
    if (!line.endsWith("}")) continue;
    const one = JSON.parse(line) as Line;
    lines.push(one);
    if (one.note !== undefined && --left === 0) setTimeout(() => child.kill("SIGKILL"), delayMs);
  }
  return lines;
}

/** Each checkpoint against the newest one, by proofs of a tree that was opened after all kills. @returns how many. */
async function checkAll(lines: readonly Line[]): Promise<number> {
  const vkeys = lines.find((one) => one.vkeys !== undefined)?.vkeys ?? {};
  const rootAt = new Map<string, string>();
  let checked = 0;
  for (const { organization, note } of lines) {
    if (organization === undefined || note === undefined) continue;
    const { size, root } = readCheckpoint(note, vkeys[organization] ?? "");
    const known = rootAt.get(`${organization} ${size}`);
    if (known !== undefined) expect(root.toString("hex")).toBe(known);
    rootAt.set(`${organization} ${size}`, root.toString("hex"));
    const newest = await fixture.signed(organization);
    const proof = fixture.tree.consistencyProof(organization, size, newest.size);
    const { old, now } = rootsByConsistency(size, newest.size, root, proof);
    expect([Buffer.from(old), Buffer.from(now)]).toEqual([root, Buffer.from(newest.root)]);
    checked++;
  }
  return checked;
}
