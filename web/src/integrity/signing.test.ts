import { expect, it } from "vitest";
import { isStalled, unsignedEntries, waitAfter } from "./signing.ts";

const signing = (entries: number, size: number | null) => ({
  entries,
  checkpoint: size === null ? null : { size, root: "", signed_at: "2026-11-22T03:00:00.000Z" },
});

it("counts the entries that the last checkpoint does not cover", () => {
  expect(unsignedEntries(signing(14_359, 14_040))).toBe(319);
  expect(unsignedEntries(signing(3, null))).toBe(3);
  expect(unsignedEntries(signing(7, 7))).toBe(0);
});

it("calls signing stalled if entries wait and no checkpoint comes", () => {
  const first = waitAfter(undefined, signing(10, 8), 1_000);
  expect(isStalled(first, 1_000)).toBe(false);
  const second = waitAfter(first, signing(12, 8), 31_000);
  expect(isStalled(second, 31_000)).toBe(true);
});

it("does not call it stalled while checkpoints come, or if no entry waits", () => {
  const first = waitAfter(undefined, signing(10, 8), 1_000);
  expect(isStalled(waitAfter(first, signing(20, 18), 61_000), 61_000)).toBe(false);
  expect(waitAfter(first, signing(10, 10), 61_000)).toBe(undefined);
});
