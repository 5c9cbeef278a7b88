import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { type Cursor, CursorFile } from "./cursor.ts";

const directory = mkdtempSync(join(tmpdir(), "daybook-cursor-"));
afterAll(() => rmSync(directory, { recursive: true }));

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
  const file = new CursorFile(join(directory, "new"), "one");
  expect(file.read()).toBeUndefined();
  await Promise.all(Array.from({ length: 50 }, (_, position) => file.save(at(position))));
  expect(new CursorFile(join(directory, "new"), "one").read()).toEqual(at(49));
  expect(readdirSync(join(directory, "new"))).toEqual(["one.json"]);
});

it("is gone once it was removed", async () => {
  const file = new CursorFile(directory, "two");
  await file.save(at(1));
  await file.remove();
  expect(file.read()).toBeUndefined();
});

it("names the file that cannot be read", () => {
  writeFileSync(join(directory, "three.json"), "{}");
  expect(() => new CursorFile(directory, "three").read()).toThrow("three.json cannot be read");
});
