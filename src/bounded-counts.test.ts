import { expect, it } from "vitest";
import { BoundedCounts } from "./bounded-counts.ts";

it("counts each key by itself, and takes back what was not a guess", async () => {
  const counts = new BoundedCounts({ points: 2, duration: 60 });
  expect([await counts.take("a"), await counts.take("a"), await counts.take("b")]).toEqual([0, 0, 0]);
  expect(await counts.take("a")).toBeGreaterThan(0);
  await counts.forget("a");
  expect(await counts.take("a")).toBe(0);
  await counts.giveBack("a");
  expect([await counts.take("a"), await counts.take("a")]).toEqual([0, 0]);
});

it("holds so many keys however many there are, and forgets the one used longest ago", async () => {
  const counts = new BoundedCounts({ points: 1, duration: 60 }, 3);
  for (const key of ["a", "b", "c"]) await counts.take(key);
  expect(await counts.take("a")).toBeGreaterThan(0);
  for (let key = 0; key < 2; key++) await counts.take(`further ${key}`);
  expect(counts.size).toBe(3);
  expect(await counts.take("a")).toBeGreaterThan(0);
  expect(await counts.take("b")).toBe(0);
  expect(counts.size).toBe(3);
});
