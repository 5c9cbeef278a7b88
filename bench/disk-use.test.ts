import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { segmentPath } from "../src/log/segment.ts";
import { allocated, sealedSegments } from "./disk-use.ts";

test("sealed segments are all but the newest, and other files of the log are not among them", () => {
  const directory = mkdtempSync(join(tmpdir(), "daybook-disk-use-"));
  try {
    writeFileSync(segmentPath(directory, 0, "compressed"), Buffer.alloc(10_000, 1));
    writeFileSync(segmentPath(directory, 500, "raw"), Buffer.alloc(20_000, 1));
    writeFileSync(segmentPath(directory, 900, "raw"), Buffer.alloc(40_000, 1));
    writeFileSync(join(directory, "ballast"), Buffer.alloc(80_000, 1));
    const { entries, bytes } = sealedSegments(directory);
    expect(entries).toBe(900);
    expect(bytes).toBe(
      allocated(segmentPath(directory, 0, "compressed")) + allocated(segmentPath(directory, 500, "raw")),
    );
    expect(bytes).toBeGreaterThanOrEqual(30_000);
    expect(bytes).toBeLessThan(50_000);
    expect(allocated(join(directory, "missing"))).toBe(0);
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test("what a link names is counted once, where it is", () => {
  const directory = mkdtempSync(join(tmpdir(), "daybook-disk-use-"));
  try {
    mkdirSync(join(directory, "store"));
    writeFileSync(join(directory, "store", "part"), Buffer.alloc(100_000, 1));
    const before = allocated(directory);
    symlinkSync(join(directory, "store"), join(directory, "link"));
    expect(allocated(directory) - before).toBeLessThan(10_000);
    expect(before).toBeGreaterThanOrEqual(100_000);
  } finally {
    rmSync(directory, { recursive: true });
  }
});
