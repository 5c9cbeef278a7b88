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
  const faults = faultsWith({ [`src/${path}`]: line });
  expect(faults).toContain(`src/${path} imports`);
  expect(faults).toContain(fault);
});

it.each([
  ["reviews/one.tsx", 'import { useViews } from "../saved-views/use-views.ts";'],
  ["alerts/one.ts", 'import { viewQuery } from "../saved-views/inner/view-query.ts";'],
  ["shell/other.tsx", 'const Menu = lazyPart(() => import("../saved-views/menu.tsx"));'],
])("web/src/%s with %s is refused: only audit-logs-page knows a feature", (path, line) => {
  const feature = { "web/src/saved-views/feature.ts": "" };
  expect(faultsWith({ ...feature, [`web/src/${path}`]: line })).toContain(`web/src/${path} imports`);
  expect(faultsWith({ [`web/src/${path}`]: line })).toBe("");
  const joint = { "web/src/audit-logs-page/one.tsx": line };
  expect(faultsWith({ ...feature, ...joint })).toBe("");
});

it("a file that imports itself through others, even for a type, is refused", () => {
  const files = {
    "src/log/one.ts": 'import { two } from "./two.ts";',
    "src/log/two.ts": 'import type { Three } from "./deeper/three.ts";',
    "src/log/deeper/three.ts": 'import { one } from "../one.ts";',
  };
  expect(faultsWith(files)).toContain("a circle of imports");
  expect(faultsWith({ ...files, "src/log/deeper/three.ts": "" })).toBe("");
});

function faultsWith(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), "daybook-rooms-"));
  try {
    for (const [path, line] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), `${line}\n`);
    }
    return faultsOf(root);
  } finally {
    rmSync(root, { recursive: true });
  }
}
