import { EventEmitter, on } from "node:events";
import { expect, test } from "vitest";
import { batches, type Piece } from "./batches.ts";

function piece(from: number, entries: number, bytes = entries): Piece {
  return { from, to: from + entries, bytes };
}

async function* pieces(...sizes: number[]) {
  let from = 0;
  for (const size of sizes) {
    yield piece(from, size);
    from += size;
  }
}

/** Entries wait until their batch is full. */
const never = (signal: AbortSignal) =>
  new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));

/** The positions that each batch reaches from and to. */
async function cut(source: AsyncIterable<Piece>, limits: Partial<Parameters<typeof batches>[1]>) {
  const all: [number, number][] = [];
  for await (const batch of batches(
    () => source,
    { rowsMax: 10, bytesMax: 1000, ...limits },
    never,
    new AbortController().signal,
  )) {
    all.push([batch[0].from, batch.at(-1)?.to ?? 0]);
  }
  return all;
}

test("full batches leave at once, in order; what is not full when the source ends is left for the next run", async () => {
  expect(await cut(pieces(3, 7, 10, 5, 5, 4), { rowsMax: 10 })).toEqual([
    [0, 10],
    [10, 20],
    [20, 30],
  ]);
});

test("a batch never holds more than its most: it leaves before a piece that it has no room for", async () => {
  expect(await cut(pieces(6, 5, 4, 2, 10), { rowsMax: 10 })).toEqual([
    [0, 6],
    [6, 15],
    [15, 17],
    [17, 27],
  ]);
});

test("a batch is full by its bytes too", async () => {
  const large = (async function* () {
    yield piece(0, 1, 10);
    yield piece(1, 2, 1100);
    yield piece(3, 1, 1);
    yield piece(4, 1, 999);
  })();
  expect(await cut(large, { bytesMax: 1000 })).toEqual([
    [0, 3],
    [3, 5],
  ]);
});

test("what waits leaves when it is due", async () => {
  const source = new EventEmitter();
  const arriving = (async function* () {
    for await (const [arrived] of on(source, "piece")) yield arrived as Piece;
  })();
  const iterator = batches(
    () => arriving,
    { rowsMax: 10, bytesMax: 1000 },
    async () => undefined,
    new AbortController().signal,
  );
  const first = iterator.next();
  source.emit("piece", piece(0, 2));
  expect((await first).value).toEqual([piece(0, 2)]);
});

test("a source that fails fails its batches", async () => {
  const failing = (async function* () {
    yield piece(0, 1);
    throw new Error("the disk is gone");
  })();
  await expect(cut(failing, {})).rejects.toThrow("the disk is gone");
});

test("leaving early ends a source that waits", async () => {
  let ended = false;
  const waiting = async function* (signal: AbortSignal) {
    yield piece(0, 2);
    await new Promise((resolve) => signal.addEventListener("abort", resolve));
    ended = true;
  };
  const limits = { rowsMax: 2, bytesMax: 1000 };
  for await (const _ of batches(waiting, limits, never, new AbortController().signal)) break;
  expect(ended).toBe(true);
});
