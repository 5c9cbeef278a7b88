import { expect, test } from "vitest";
import { Recent } from "./recent.ts";

test("holds what was used last, and says when it forgot something", () => {
  const recent = new Recent<number>(10);
  for (let i = 0; i < 5; i++) recent.set(`a${i}`, i);
  expect(recent.forgot).toBe(false);
  expect(recent.get("a0")).toBe(0);
  for (let i = 0; i < 4; i++) recent.set(`b${i}`, i);
  expect(recent.forgot).toBe(true);
  expect(recent.get("a0")).toBe(0);
  expect(recent.get("a1")).toBeUndefined();
  expect([0, 1, 2, 3].map((i) => recent.get(`b${i}`))).toEqual([0, 1, 2, 3]);
});
