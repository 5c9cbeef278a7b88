import { expect, test } from "vitest";
import { backoffMs } from "./backoff.ts";

test("the bound doubles with every attempt up to half a minute, and all of it is used", () => {
  const most = [1, 2, 3, 8, 9, 50].map((attempt) => backoffMs(attempt, () => 1));
  expect(most).toEqual([200, 400, 800, 25_600, 30_000, 30_000]);
  expect(backoffMs(9, () => 0)).toBe(0);
});
