import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openLog } from "../../src/log/log.ts";
import { builtChild } from "../support/built-child.ts";
import { campaign } from "./campaign.ts";
import { readAll } from "./oracle.ts";
import { Random } from "./random.ts";

const LOOPS = campaign("DAYBOOK_TEST_KILLS", 20, 1000);
/** Receipts of one process before it is killed, at most. */
const RECEIPTS_MAX = 1500;

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "daybook-kill-"));
});

afterAll(async () => {
  await rm(directory, { recursive: true });
});

test("kill -9 in mid-write takes no entry whose receipt was given", { timeout: 10_000 * LOOPS }, async () => {
  const random = new Random(LOOPS);
  const receipts: string[] = [];
  for (let loop = 0; loop < LOOPS; loop++) {
    receipts.push(...(await receiptsOfKilledWriter(loop, 1 + random.integer(RECEIPTS_MAX))));
    if (loop % 5 === 4 || loop === LOOPS - 1) await checkReceipts(receipts);
  }
  expect(receipts.length).toBeGreaterThan(LOOPS * 10);
  const compressed = (await readdir(directory)).filter((name) => name.endsWith(".segz")).length;
  expect(compressed).toBeGreaterThan(0);
  process.stdout.write(`${LOOPS} kills, ${receipts.length} receipts, all there; ${compressed} segments compressed\n`);
});

/** Starts a writer, kills it once it has reported `count` receipts, and returns every receipt that it reported. */
async function receiptsOfKilledWriter(generation: number, count: number): Promise<string[]> {
  const program = await builtChild("kill-writer.child.ts", import.meta.url);
  const writer = spawn(process.execPath, [program, directory, String(generation)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(writer, "close");
  const receipts = await journal(writer, count);
  await ended;
  expect(writer.signalCode).toBe("SIGKILL");
  return receipts;
}

async function journal(writer: ChildProcess, count: number): Promise<string[]> {
  if (writer.stdout === null) throw new Error("the writer has an output");
  const receipts: string[] = [];
  for await (const line of createInterface({ input: writer.stdout })) {
    // A line that the kill cut off tells of a receipt that nobody has.
    if (/^receipt \d+ \d+ \S+ [0-9a-f]{64} [\d-]+$/.test(line)) receipts.push(line);
    if (receipts.length >= count && !writer.killed) writer.kill("SIGKILL");
  }
  return receipts;
}

async function checkReceipts(receipts: readonly string[]): Promise<void> {
  let seeCompressed = () => {};
  const compressed = new Promise<void>((resolve) => {
    seeCompressed = resolve;
  });
  const log = await openLog({ directory, onNotice: ({ kind }) => kind === "compressed" && seeCompressed() });
  const entries = await readAll(log);
  const attempts = entries.map(({ header }) => Buffer.from(header).toString().split(" ")[0]);
  expect(new Set(attempts).size).toBe(attempts.length);
  for (const receipt of receipts) {
    const [, position = "", sequence, organization, leafHash, attempt] = receipt.split(" ");
    const entry = entries[Number(position)];
    const found = `${entry?.sequence} ${entry?.organization} ${Buffer.from(entry?.leafHash ?? []).toString("hex")}`;
    expect(`${found} ${attempts[Number(position)]}`).toBe(`${sequence} ${organization} ${leafHash} ${attempt}`);
  }
  const sizes = new Map<string, number>();
  for (const { organization, sequence } of entries) {
    if (sequence !== (sizes.get(organization) ?? 0))
      throw new Error(`sequence ${sequence} of ${organization} is out of turn`);
    sizes.set(organization, sequence + 1);
  }
  // So that later kills meet segments of both forms, however quick this machine is.
  const raw = (await readdir(directory)).filter((name) => name.endsWith(".seg"));
  if (raw.length > 1) await compressed;
  await log.close();
}
