import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { ROOT } from "./repository.ts";

it("the picture of the architecture has a place for every folder of src", () => {
  const picture = readFileSync(join(ROOT, "docs/images/architecture.svg"), "utf8");
  const rooms = [...picture.matchAll(/class="room"[^>]*>src\/([\w-]+)<\/text>/g)].map(([, name]) => name);
  const folders = readdirSync(join(ROOT, "src"), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  for (const { name } of folders) expect(rooms, `src/${name}`).toContain(name);
});

it("every source file that CONTRIBUTING names exists", () => {
  const text = readFileSync(join(ROOT, "CONTRIBUTING.md"), "utf8");
  const named = [...text.matchAll(/`((?:src|web\/src|sdk\/src|scripts|test)\/[\w./-]+\.(?:tsx?|mjs))`/g)].map(
    ([, path]) => path,
  );
  expect(named.length).toBeGreaterThan(30);
  expect(named.filter((path) => !existsSync(join(ROOT, path ?? "")))).toEqual([]);
});

function faultsOf(root: string): string {
  return spawnSync(process.execPath, [join(ROOT, "scripts/rooms.mjs"), root], { encoding: "utf8" }).stderr;
}

it("rooms import only rooms below them, by their door", () => {
  expect(faultsOf(ROOT)).toBe("");
});

it.each([
  ["log/one.ts", 'import { Search } from "../search/index.ts";', "Imports run one way"],
  ["log/compressed/one.ts", 'export { Search } from "../../search/index.ts";', "Imports run one way"],
  ["read/one.ts", 'import { openLog } from "../log/log.ts";', "Its door is src/log/index.ts"],
  ["cli/one.ts", 'const { openLog } = await import("../log/log.ts");', "Its door is src/log/index.ts"],
  ["config.ts", 'import { openLog } from "./log/log.ts";', "Its door is src/log/index.ts"],
  ["http/one.ts", 'import type { App } from "../app.ts";', "no room imports src/app.ts"],
  ["attic/one.ts", 'import { openLog } from "../log/index.ts";', "does not say what src/attic can import"],
])("src/%s with %s is refused", (path, line, fault) => {
  const root = mkdtempSync(join(tmpdir(), "daybook-rooms-"));
  try {
    const file = join(root, "src", path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `${line}\n`);
    const faults = faultsOf(root);
    expect(faults).toContain(`src/${path} imports`);
    expect(faults).toContain(fault);
  } finally {
    rmSync(root, { recursive: true });
  }
});
