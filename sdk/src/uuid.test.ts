import { expect, it } from "vitest";
import { uuidv7 } from "./uuid.ts";

it("makes UUIDs of version 7 that carry the time and sort in the order they were made", () => {
  const made = Array.from({ length: 10_000 }, () => uuidv7());
  expect(new Set(made).size).toBe(made.length);
  expect([...made].sort()).toEqual(made);
  for (const id of made) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(Math.abs(timeOf(made[0]) - Date.now())).toBeLessThan(60_000);
});

it("keeps the order while the clock trembles, and follows it when it is set back", () => {
  const ahead = Date.now() + 3 * 365 * 86_400_000;
  const [first, second, third] = [uuidv7(ahead), uuidv7(ahead - 59_000), uuidv7(ahead - 61_000)];
  expect(timeOf(first)).toBe(ahead);
  expect(second > first).toBe(true);
  expect(timeOf(third)).toBe(ahead - 61_000);
});

/** @returns milliseconds since the Unix epoch. */
function timeOf(id: string | undefined): number {
  return Number.parseInt((id ?? "").replace("-", "").slice(0, 12), 16);
}
