import { expect, it } from "vitest";
import { uuidv7 } from "./uuid.ts";

it("makes UUIDs of version 7 that carry the time and sort in the order they were made", () => {
  const made = Array.from({ length: 10_000 }, () => uuidv7());
  expect(new Set(made).size).toBe(made.length);
  expect([...made].sort()).toEqual(made);
  for (const id of made) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(Math.abs(Number.parseInt((made[0] as string).replace("-", "").slice(0, 12), 16) - Date.now())).toBeLessThan(
    60_000,
  );
});
