import { expect, test } from "vitest";
import { anEntry } from "../../test/streams/records.ts";
import { DaybookError } from "../errors.ts";
import type { LogEntry, LogReader } from "../log/index.ts";
import { Collector } from "./collector.ts";
import type { OutgoingRecord } from "./contract.ts";
import { ownEntries, type Positions } from "./own-entries.ts";

/** The organization of each entry. */
const LOG = ["acme", "globex", "globex", "acme", "globex", "acme", "globex", "acme", "globex"];
const SIZE = LOG.filter((organization) => organization === "acme").length;

/** A log that ends where it ends, and the positions of all entries of it that were read. */
function aLog() {
  const sequences = new Map<string, number>();
  const entries = LOG.map((organization, position) => {
    const sequence = sequences.get(organization) ?? 0;
    sequences.set(organization, sequence + 1);
    return { ...anEntry(sequence), organization, position };
  });
  const read: number[] = [];
  const handOver = (from: readonly LogEntry[]) => {
    read.push(...from.map(({ position }) => position));
    return from;
  };
  const log = {
    end: entries.length,
    async *follow(from: number) {
      for (const entry of entries.slice(from)) yield handOver([entry]);
    },
    async *entries(positions: readonly number[]) {
      yield handOver(positions.flatMap((position) => entries.slice(position, position + 1)));
    },
  };
  return { log: log as unknown as LogReader, read };
}

const POSITIONS = LOG.flatMap((organization, position) => (organization === "acme" ? [position] : []));

/** A tree that covers so many entries of acme. */
function aTree(covered: number, positions = POSITIONS): Positions {
  return {
    size: () => covered,
    logPosition: (_, index) => positions[index] ?? Number.NaN,
    logPositions: (_, start, end) => positions.slice(start, end),
  };
}

async function taken(tree: Positions, from: number): Promise<{ own: number[]; read: number[] }> {
  const { log, read } = aLog();
  const own: number[] = [];
  for await (const entries of ownEntries(log, tree, "acme", from, new AbortController().signal)) {
    own.push(...entries.filter(({ organization }) => organization === "acme").map(({ sequence }) => sequence));
  }
  return { own, read };
}

test.each([
  [0, [0, 1, 2, 3]],
  [1, [1, 2, 3]],
  [3, [1, 2, 3]],
  [4, [2, 3]],
  [8, []],
])("from position %i on, nothing is read of others before what the tree does not cover", async (from, own) => {
  const { read, ...found } = await taken(aTree(SIZE), from);
  expect(found.own).toEqual(own);
  expect(read.filter((position) => LOG[position] !== "acme")).toEqual([8]);
});

test.each([0, 1, 2, 3])("with %i entries covered, each comes once", async (covered) => {
  expect((await taken(aTree(covered), 0)).own).toEqual([0, 1, 2, 3]);
});

test("a tree that names other entries is not believed", async () => {
  expect((await taken(aTree(SIZE, [0, 3, 4, 7]), 0)).own).toEqual([0, 1, 2, 3]);
});

test("while the tree is being read again, the log is followed", async () => {
  const size = () => {
    throw new DaybookError("tree_unavailable", "It is being read again.");
  };
  expect((await taken({ ...aTree(SIZE), size }, 3)).own).toEqual([1, 2, 3]);
});

test("a batch that is sent again ends where it ended, though the entry there is another organization's", async () => {
  const { log } = aLog();
  const limits = { records: 100, bytes: 1e6, recordBytes: 1e6, lingerMs: 0 };
  const records = { of: ({ sequence }: LogEntry) => ({ sequence, text: "{}" }) as OutgoingRecord };
  const tree = aTree(SIZE);
  const collector = new Collector({ log, tree, records, organization: "acme", limits, turn: () => undefined });
  const cut = { records: 100, end: 5, shorten: false, idleMs: undefined };
  const signal = new AbortController().signal;
  const again = await collector.next(0, cut, signal);
  expect(again).toMatchObject({ end: 5, first: 0, last: 1 });
  const next = await collector.next(again.end, { ...cut, end: undefined }, signal);
  expect(next.records.map(({ sequence }) => sequence)).toEqual([2, 3]);
});
