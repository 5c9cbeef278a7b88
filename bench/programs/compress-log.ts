import { mkdirSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { generateBenchmark } from "../../src/demo/benchmark.ts";
import { encodeEntry } from "../../src/event/codec.ts";
import { entryPacking } from "../../src/event/entry-packing.ts";
import { readEvent } from "../../src/event/validate.ts";
import { compressSegment } from "../../src/log/compressed/compress.ts";
import type { Append, LogReader } from "../../src/log/contract.ts";
import { nameFailures, realDisk } from "../../src/log/disk.ts";
import { openLog } from "../../src/log/log.ts";

/** How many of the benchmark's events, and where the log goes. */
interface Input {
  readonly directory: string;
  readonly events: number;
  readonly seed: number;
}

// Writes the benchmark's events into a log of its own, compresses its sealed segments, and reads it. Prints what that took as JSON.
const BATCH = 1_000;
const { directory, events, seed } = JSON.parse(process.argv[2] ?? "") as Input;
const PAGE = 51;

mkdirSync(directory, { recursive: true });
const positions = await write();
const segments = segmentsOf(".seg");
const sealed = segments.slice(0, -1);
const entries = segments.at(-1)?.firstPosition ?? 0;
const rawBytes = sealed.reduce((sum, { bytes }) => sum + bytes, 0);
const compressing = await processorTime(async () => {
  const disk = nameFailures(realDisk);
  const { signal } = new AbortController();
  for (const { firstPosition } of sealed) {
    await compressSegment({ disk, directory, firstPosition, packing: entryPacking, signal });
  }
});
// The next start finds both forms, compares them, and removes the raw one.
const log = await openLog({ directory, packing: entryPacking });
const following = await processorTime(() => followTo(log, entries));
const page = positions.filter((position) => position < entries).slice(-PAGE);
const lookup = await processorTime(() => readAll(log.entries([...page].reverse())));
await log.close();
const bytes = segmentsOf(".segz").reduce((sum, segment) => sum + segment.bytes, 0);
process.stdout.write(
  JSON.stringify({
    entries,
    rawBytes,
    bytes,
    compressingMs: compressing,
    followingMs: following,
    lookupMs: lookup,
  }),
);

/** @returns the positions of the first organization's events. */
async function write(): Promise<number[]> {
  const written = await openLog({ directory, packing: entryPacking, compression: "off" });
  const largest: number[] = [];
  let batch: Append[] = [];
  let position = 0;
  for (const event of generateBenchmark({ seed, endMs: Date.now(), events })) {
    const organization = event.tenant_id;
    if (organization === "org-000") largest.push(position);
    position++;
    const place = { id: crypto.randomUUID(), organization, source: { type: "api_key" as const, id: "key_bench" } };
    const text = JSON.stringify(event);
    const valid = readEvent(text, JSON.parse(text), Date.now());
    const encode = (sequence: number, recordedAt: number) => encodeEntry(valid, { ...place, sequence, recordedAt });
    batch.push({ organization, encode });
    if (batch.length < BATCH) continue;
    await Promise.all(written.append(batch));
    batch = [];
  }
  await Promise.all(written.append(batch));
  await written.close();
  return largest;
}

function segmentsOf(ending: string): { firstPosition: number; bytes: number }[] {
  return readdirSync(directory)
    .filter((name) => name.endsWith(ending))
    .sort()
    .map((name) => ({ firstPosition: Number.parseInt(name, 10), bytes: statSync(join(directory, name)).size }));
}

async function followTo(reader: LogReader, end: number): Promise<void> {
  const reading = new AbortController();
  let read = 0;
  for await (const chunk of reader.follow(0, reading.signal)) {
    read += chunk.length;
    if (read >= end) reading.abort();
  }
}

async function readAll(pieces: AsyncIterable<readonly unknown[]>): Promise<void> {
  for await (const _ of pieces);
}

/** Of the whole process while `work` ran, in milliseconds. */
async function processorTime(work: () => Promise<void>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
