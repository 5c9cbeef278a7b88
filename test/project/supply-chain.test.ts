import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { ROOT } from "./repository.ts";

function run(...lockFile: string[]) {
  return spawnSync(process.execPath, [join(ROOT, "scripts/supply-chain.mjs"), ...lockFile], { encoding: "utf8" });
}

const faultsOf = (...lockFile: string[]) => run(...lockFile).stderr;

it("every package of the lock file has a hash and a known licence, and needs no install script", () => {
  expect(faultsOf()).toBe("");
});

it("the search engine of other platforms has no hash yet, and the check says so each time", () => {
  expect(run().stdout).toBe(
    "supply chain: npm checks no hash of @chdb/lib-darwin-arm64, @chdb/lib-darwin-x64, @chdb/lib-linux-arm64-gnu\n",
  );
});

it("a package without a hash, with another licence, or with an install script is named", () => {
  const directory = mkdtempSync(join(tmpdir(), "daybook-lock-"));
  const sound = { version: "1.0.0", integrity: "sha512-x", license: "MIT" };
  const packages = {
    "": {},
    "node_modules/sound": sound,
    "node_modules/own": { link: true },
    "node_modules/no-hash": { ...sound, integrity: undefined },
    "node_modules/weak-hash": { ...sound, integrity: "sha1-x" },
    "node_modules/sound/node_modules/@a/copyleft": { ...sound, license: "AGPL-3.0" },
    "node_modules/no-licence": { ...sound, license: undefined },
    "node_modules/@chdb/lib-darwin-x64": sound,
    "node_modules/script": { ...sound, hasInstallScript: true },
  };
  const file = join(directory, "package-lock.json");
  writeFileSync(file, JSON.stringify({ packages }));
  const lines = faultsOf(file).trimEnd().split("\n");
  rmSync(directory, { recursive: true });
  expect(lines).toEqual([
    "supply chain: no-hash@1.0.0 has no SHA-512 hash",
    "supply chain: weak-hash@1.0.0 has no SHA-512 hash",
    "supply chain: @a/copyleft@1.0.0 has the licence AGPL-3.0, which nobody has looked at",
    "supply chain: no-licence@1.0.0 has the licence (none), which nobody has looked at",
    "supply chain: @chdb/lib-darwin-x64@1.0.0 has a hash now: take it off HASH_TO_BE_ADDED",
    "supply chain: script@1.0.0 has an install script",
  ]);
});
