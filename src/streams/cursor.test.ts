import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { type Cursor, KeptCursor } from "./cursor.ts";
import { FileMemory } from "./file-memory.ts";

const directory = mkdtempSync(join(tmpdir(), "daybook-cursor-"));
afterAll(() => rmSync(directory, { recursive: true }));

const cursorOf = (id: string, below = directory) => new KeptCursor(new FileMemory(below, id));

const at = (position: number): Cursor => ({
  log_id: "log",
  position,
  next: position,
  planned_end: null,
  delivered: position,
  last_delivered_at: null,
  disabled: null,
});

it("reads what was saved last, also of many at once", async () => {
  const kept = cursorOf("one", join(directory, "new"));
  expect(await kept.read()).toBeUndefined();
  await Promise.all(Array.from({ length: 50 }, (_, position) => kept.save(at(position))));
  expect(await cursorOf("one", join(directory, "new")).read()).toEqual(at(49));
  expect(readdirSync(join(directory, "new"))).toEqual(["one.json"]);
});

it("is gone once it was forgotten", async () => {
  const kept = cursorOf("two");
  await kept.save(at(1));
  await kept.settle();
  await new FileMemory(directory, "two").forget();
  expect(await kept.read()).toBeUndefined();
});

it("names the file that cannot be read", async () => {
  writeFileSync(join(directory, "three.json"), "{}");
  await expect(cursorOf("three").read()).rejects.toThrow("three.json cannot be read");
});
