import fc from "fast-check";
import { expect, test } from "vitest";
import { RecentNumbers } from "./recent-numbers.ts";

const keyOf = (text: string) => Buffer.from(`x${text}`);
const get = (recent: RecentNumbers, key: string) => recent.get(keyOf(key), 1, keyOf(key).length);
const set = (recent: RecentNumbers, key: string, number: number) =>
  recent.set(keyOf(key), 1, keyOf(key).length, number);

test("holds what was used last, and says when it forgot something", () => {
  const recent = new RecentNumbers(10);
  for (let i = 0; i < 5; i++) set(recent, `a${i}`, i);
  expect(recent.forgot).toBe(false);
  expect(get(recent, "a0")).toBe(0);
  for (let i = 0; i < 4; i++) set(recent, `b${i}`, i);
  expect(recent.forgot).toBe(true);
  expect(get(recent, "a0")).toBe(0);
  expect(get(recent, "a1")).toBeUndefined();
  expect([0, 1, 2, 3].map((i) => get(recent, `b${i}`))).toEqual([0, 1, 2, 3]);
});

test("finds each of many keys, and no other one", () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.string(), { maxLength: 300 }), fc.string(), (keys, other) => {
      const recent = new RecentNumbers(1_000);
      for (const [number, key] of keys.entries()) set(recent, key, number * 2 ** 40);
      expect(keys.map((key) => get(recent, key))).toEqual(keys.map((_, number) => number * 2 ** 40));
      expect(get(recent, other)).toBe(keys.includes(other) ? keys.indexOf(other) * 2 ** 40 : undefined);
    }),
    { numRuns: 50 },
  );
});
