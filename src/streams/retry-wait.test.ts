import { expect, it } from "vitest";
import { retryWaitMs } from "./retry-wait.ts";

it("waits twice as long each time, at most five minutes", () => {
  const longest = [1, 2, 3, 9, 30].map((attempt) => retryWaitMs(attempt, 0, () => 1));
  expect(longest).toEqual([1_000, 2_000, 4_000, 256_000, 300_000]);
  expect(retryWaitMs(30, 0, () => 0)).toBe(150_000);
});

it("never comes back earlier than the receiver asks", () => {
  expect(retryWaitMs(1, 90_000)).toBe(90_000);
});
