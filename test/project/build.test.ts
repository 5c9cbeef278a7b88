import { readdirSync, readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { join } from "node:path";
import { expect, it } from "vitest";
import { ROOT } from "./repository.ts";

const SERVER = join(ROOT, "dist/server");
/** Static imports of packages, each on a line of its own, as the build writes them. */
const IMPORT = /^(?:import|export) (?:[^"'()]*? from )?"((?:@[^/"]+\/)?[^"./:]+)[^":]*";$/gm;

it("a start opens one file for each package, apart from those with a native library", () => {
  const files = readdirSync(SERVER, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".js"));
  const imported = files.flatMap((path) =>
    [...readFileSync(join(SERVER, path), "utf8").matchAll(IMPORT)].map(([, name]) => name ?? ""),
  );
  expect([...new Set(imported)].filter((name) => !isBuiltin(name)).sort()).toEqual(["chdb", "libsql"]);
});
