import { describe, expect, test } from "vitest";
import { eraseBodies } from "../../src/log/compressed/erase.ts";
import type { LogEntry } from "../../src/log/contract.ts";
import { LogCorruption } from "../../src/log/errors.ts";
import { type LogNotice, openLog } from "../../src/log/log.ts";
import { compressedLog, DIRECTORY, OPTIONS, testPacking, textOf } from "./compressed-log.ts";
import { readAll } from "./oracle.ts";
import { Random } from "./random.ts";
import { GO, type SimulatedDisk } from "./simulated-disk.ts";

const SEGMENT_BYTES = 128 * 1024;

const erase = (disk: SimulatedDisk, positions: readonly number[]) =>
  eraseBodies({
    disk: disk.attach(),
    directory: DIRECTORY,
    firstPosition: 0,
    packing: testPacking,
    positions: new Set(positions),
  });

/** The entries of a log, once its scan has found all of it sound. */
async function readSound(disk: SimulatedDisk): Promise<LogEntry[]> {
  let onScanned: (notice: LogNotice) => void = () => undefined;
  const scanned = new Promise<LogNotice>((resolve) => {
    onScanned = resolve;
  });
  const onNotice = (notice: LogNotice) => notice.kind === "scanned" && onScanned(notice);
  const log = await openLog({ ...OPTIONS, disk: disk.attach(), onNotice });
  expect(await scanned).toEqual({ kind: "scanned", segments: 1 });
  const entries = await readAll(log);
  await log.close();
  return entries;
}

const withoutBodies = (entries: readonly LogEntry[], positions: readonly number[]) =>
  entries.map((entry) => textOf(positions.includes(entry.position) ? { ...entry, body: undefined } : entry));

describe("erasing bodies of a compressed segment", () => {
  test("takes just these, and leaves every header, leaf hash and the chain as they were", async () => {
    const { disk, entries } = await compressedLog(new Random(1), SEGMENT_BYTES);
    const positions = [0, 7, 60];
    expect(await erase(disk, positions)).toBeGreaterThan(0);
    expect((await readSound(disk)).map(textOf)).toEqual(withoutBodies(entries, positions));
  });

  test("copies the blocks that hold none of them byte for byte", async () => {
    const { disk, compressed } = await compressedLog(new Random(2), SEGMENT_BYTES);
    const before = framesOf(disk.content(compressed));
    expect(await erase(disk, [3])).toBe(1);
    const after = framesOf(disk.content(compressed));
    expect(after.length).toBe(before.length);
    expect(after.filter((frame, at) => frame !== before[at])).toHaveLength(1);
  });

  test("leaves nothing of the body in the file, inflated or not", async () => {
    const { disk, entries, compressed } = await compressedLog(new Random(3), SEGMENT_BYTES);
    const position = entries.findIndex(({ body }) => (body?.length ?? 0) > 300);
    await erase(disk, [position]);
    await erase(disk, [position]);
    const [entry] = (await readSound(disk)).slice(position);
    expect(entry?.body).toBeUndefined();
    expect(Buffer.from(entry?.header ?? []).toString("latin1")).toContain(String(entry?.sequence));
    expect(Buffer.from(disk.content(compressed) ?? []).includes(Buffer.from(entries[position]?.body ?? []))).toBe(false);
  });

  test("can take all of them", async () => {
    const { disk, entries } = await compressedLog(new Random(4), SEGMENT_BYTES);
    const positions = entries.map(({ position }) => position);
    await erase(disk, positions);
    const left = await readSound(disk);
    expect(left.map(({ leafHash }) => leafHash)).toEqual(entries.map(({ leafHash }) => leafHash));
    expect(left.filter(({ body }) => body !== undefined).length).toBeLessThan(left.length / 2);
  });

  test("changes nothing where the segment is damaged", async () => {
    const { disk, compressed } = await compressedLog(new Random(5), SEGMENT_BYTES);
    const bytes = Buffer.from(disk.content(compressed) ?? []);
    bytes[200] = (bytes[200] ?? 0) ^ 1;
    disk.overwrite(compressed, bytes);
    await expect(erase(disk, [0])).rejects.toThrow(LogCorruption);
    expect(Buffer.from(disk.content(compressed) ?? []).equals(bytes)).toBe(true);
    expect(disk.paths().filter((path) => path.endsWith(".tmp"))).toEqual([]);
  });

  test("a kill or a power loss at any call leaves the one or the other, whole", async () => {
    const { disk, entries } = await compressedLog(new Random(6), SEGMENT_BYTES);
    const counted = disk.clone();
    let calls = 0;
    counted.decide = () => {
      calls++;
      return GO;
    };
    await erase(counted, [1, 40]);
    const outcomes = [entries.map(textOf).join("\n"), withoutBodies(entries, [1, 40]).join("\n")];
    const seen = new Set<string>();
    for (let call = 0; call < calls; call++) {
      for (const when of ["before", "after"] as const) {
        const copy = disk.clone();
        let left = call;
        const killed = new Promise<void>((resolve) => {
          copy.onKill = resolve;
        });
        copy.decide = () => (left-- === 0 ? { kind: "kill", when } : GO);
        void erase(copy, [1, 40]);
        await killed;
        copy.decide = () => GO;
        const lost = copy.clone();
        lost.losePower(new Random(call));
        for (const one of [copy, lost]) {
          const text = (await readSound(one)).map(textOf).join("\n");
          expect(outcomes).toContain(text);
          seen.add(text);
        }
      }
    }
    expect(seen.size).toBe(2);
    process.stdout.write(`${calls * 2} kills and power losses while erasing: one or the other, whole\n`);
  });
});

/** Blocks and indexes as text. */
function framesOf(content: Uint8Array | undefined): string[] {
  const bytes = Buffer.from(content ?? []);
  const frames: string[] = [];
  for (let start = 128; bytes.toString("latin1", start, start + 4) === "DbBk"; ) {
    const length = Math.ceil((24 + bytes.readUInt32LE(start + 12)) / 8) * 8;
    frames.push(bytes.toString("base64", start, start + length));
    start += length;
  }
  return frames;
}
