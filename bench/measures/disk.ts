import { closeSync, fdatasyncSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { Measure } from "../bench.ts";
import { percentile } from "../statistics.ts";

const WRITES = 500;
const BYTES = 4096;

/** What the disk itself takes to make 4 KiB durable: the limit under every receipt. */
export const disk: Measure = async ({ scratch }) => {
  const file = openSync(join(scratch, "disk"), "w");
  const block = Buffer.alloc(BYTES, 1);
  const samplesMs = Array.from({ length: WRITES }, () => {
    const start = performance.now();
    writeSync(file, block);
    fdatasyncSync(file);
    return performance.now() - start;
  });
  closeSync(file);
  return [
    { what: "write and fdatasync of 4 KiB, p50", unit: "ms", floor: percentile(samplesMs, 0.5) },
    { what: "write and fdatasync of 4 KiB, p99", unit: "ms", floor: percentile(samplesMs, 0.99) },
  ];
};
