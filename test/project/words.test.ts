import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { Repository, ROOT } from "./repository.ts";

let repository: Repository;

beforeEach(() => {
  repository = new Repository([".gitignore"]);
});

afterEach(() => repository.remove());

function words(path: string, text: string): string {
  repository.write(path, text);
  repository.git("add", path);
  return spawnSync(process.execPath, [join(ROOT, "scripts/words.mjs"), repository.directory], { encoding: "utf8" })
    .stderr;
}

it.each([
  ["a comment", "src/one.ts", "/** It is told once. */\n", "src/one.ts:1: “told”"],
  ["a text", "src/one.ts", '\nthrow new Error("The log was put back.");\n', "src/one.ts:2: “put back”"],
  ["a template", "src/one.ts", "const one = `it stands there`;\n", "“stands”"],
  ["the console", "web/src/one.tsx", "<p>Make an API key</p>\n", "“Make an API key”"],
  ["the docs", "docs/one.md", "Each leaf is\nheld against it.\n", "docs/one.md:2: “held against”"],
])("a word that went is found in %s", (_, path, text, found) => {
  expect(words(path, text)).toContain(found);
});

it.each([
  ["names in code", "src/one.ts", "const told = anew + stands;\n"],
  [
    "another meaning",
    "docs/one.md",
    "`*` stands for any action. They are told apart. It stands out. It is made of two.\n",
  ],
])("%s may be as they are", (_, path, text) => {
  expect(words(path, text)).toBe("");
});
