import { EventEmitter, on } from "node:events";
import { expect, test } from "vitest";
import type { LogEntry } from "../log/contract.ts";
import { type Batch, batches } from "./batches.ts";

function entry(position: number, bytes = 1): LogEntry {
  const empty = new Uint8Array();
  return {
    position,
    organization: "acme",
    sequence: position,
    leafHash: empty,
    header: new Uint8Array(bytes),
    body: empty,
    leaf: "stored",
  };
}

async function* chunks(...sizes: number[]) {
  let position = 0;
  for (const size of sizes) yield Array.from({ length: size }, () => entry(position++));
}

/** Entries wait until their batch is full. */
const never = (signal: AbortSignal) =>
  new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));

async function cut(source: AsyncIterable<readonly LogEntry[]>, limits: Partial<Parameters<typeof batches>[1]>) {
  const all: number[][] = [];
  for await (const batch of batches(
    () => source,
    { rowsMax: 10, bytesMax: 1000, ...limits },
    never,
    new AbortController().signal,
  )) {
    all.push(batch.map((item) => item.position));
  }
  return all;
}

test("full batches leave at once, in order; what is not full when the source ends is left for the next run", async () => {
  expect(await cut(chunks(3, 9, 1, 25, 4), { rowsMax: 10 })).toEqual(
    [0, 10, 20, 30].map((from) => Array.from({ length: 10 }, (_, i) => from + i)),
  );
});

test("a batch is full by its bytes too", async () => {
  const large = (async function* () {
    yield [entry(0, 10), entry(1, 400), entry(2, 700), entry(3, 1), entry(4, 999)];
  })();
  expect(await cut(large, { bytesMax: 1000 })).toEqual([
    [0, 1, 2],
    [3, 4],
  ]);
});

test("what waits leaves when it is due", async () => {
  const source = new EventEmitter();
  const arriving = (async function* () {
    for await (const [chunk] of on(source, "chunk")) yield chunk as readonly LogEntry[];
  })();
  const iterator = batches(
    () => arriving,
    { rowsMax: 10, bytesMax: 1000 },
    async () => undefined,
    new AbortController().signal,
  );
  const first = iterator.next();
  source.emit("chunk", [entry(0), entry(1)]);
  const { value } = (await first) as { value: Batch };
  expect(value.map((item) => item.position)).toEqual([0, 1]);
});

test("a source that fails fails its batches", async () => {
  const failing = (async function* () {
    yield [entry(0)];
    throw new Error("the disk is gone");
  })();
  await expect(cut(failing, {})).rejects.toThrow("the disk is gone");
});

test("leaving early ends a source that waits", async () => {
  let ended = false;
  const waiting = async function* (signal: AbortSignal) {
    yield [entry(0), entry(1)];
    await new Promise((resolve) => signal.addEventListener("abort", resolve));
    ended = true;
  };
  const limits = { rowsMax: 2, bytesMax: 1000 };
  for await (const _ of batches(waiting, limits, never, new AbortController().signal)) break;
  expect(ended).toBe(true);
});
