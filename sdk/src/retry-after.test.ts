import { expect, test } from "vitest";
import { retryAfterMs } from "./retry-after.ts";

test("Retry-After is read as seconds or as a date", () => {
  const nowMs = Date.parse("2026-11-22T12:00:00Z");
  expect(retryAfterMs("7", nowMs)).toBe(7000);
  expect(retryAfterMs("Sun, 22 Nov 2026 12:00:03 GMT", nowMs)).toBe(3000);
  expect(retryAfterMs("Sun, 22 Nov 2026 11:00:00 GMT", nowMs)).toBe(0);
  expect(retryAfterMs("soon", nowMs)).toBe(0);
  expect(retryAfterMs("999999999999", nowMs)).toBe(3_600_000);
  expect(retryAfterMs(null, nowMs)).toBe(0);
  expect(retryAfterMs(undefined, nowMs)).toBe(0);
});
