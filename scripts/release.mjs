// `npm run release -- <version>`: checks, then one commit and one tag, and the bill of materials beside them. Nothing leaves the
// machine: docs/releasing.md says what to push and publish. A release that fails leaves the repository as it was.
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { billOfMaterials } from "./release/bill-of-materials.mjs";
import { releaseChangelog, unreleased } from "./release/changelog.mjs";
import { compareVersions, readVersion, VERSION_FILES, writeVersion } from "./release/version.mjs";

const USAGE = `Usage: npm run release -- <version> [--dry-run] [--tested <commit>]

  --dry-run          check everything but the tests, show the release, and change nothing
  --tested <commit>  skip the tests, because they passed on this commit; it must be the whole id of the current one`;

const CHANGELOG = "CHANGELOG.md";

/** @param root the repository */
function git(root, ...args) {
  const { status, stdout, stderr, error } = spawnSync("git", args, { cwd: root, encoding: "utf8" });
  if (error) throw error;
  if (status !== 0) throw new Error(`git ${args[0]} failed: ${(stderr || stdout).trim()}`);
  return stdout.trim();
}

function checkRepository(root) {
  const branch = git(root, "rev-parse", "--abbrev-ref", "HEAD");
  if (branch !== "main") throw new Error(`Release from main. This is ${branch}.`);
  const changes = git(root, "status", "--porcelain");
  if (changes !== "") throw new Error(`The working tree has changes. Commit or remove them:\n${changes}`);
}

function checkVersion(root, version) {
  const current = readVersion(root);
  const order = compareVersions(version, current);
  const tagged = (name) => git(root, "tag", "--list", `v${name}`) !== "";
  if (tagged(version)) throw new Error(`The tag v${version} exists already.`);
  // The first release has the version that the files already hold.
  if (order < 0 || (order === 0 && tagged(current))) throw new Error(`${version} does not come after ${current}.`);
}

function checkTests(root, tested) {
  const head = git(root, "rev-parse", "HEAD");
  if (tested !== undefined) {
    if (tested !== head) throw new Error(`--tested names ${tested}, but the current commit is ${head}.`);
    return;
  }
  for (const args of [["test"], ["run", "check"]]) {
    const { status, error } = spawnSync("npm", args, { cwd: root, stdio: "inherit" });
    if (error) throw error;
    if (status !== 0) throw new Error(`npm ${args.join(" ")} failed. Nothing was released.`);
  }
  checkRepository(root);
}

function release(root, version, notes, bill) {
  const before = git(root, "rev-parse", "HEAD");
  try {
    writeVersion(root, version);
    const path = join(root, CHANGELOG);
    writeFileSync(path, releaseChangelog(readFileSync(path, "utf8"), version, new Date().toISOString().slice(0, 10)));
    mkdirSync(dirname(bill), { recursive: true });
    writeFileSync(bill, `${JSON.stringify(billOfMaterials(root), null, 2)}\n`);
    git(root, "add", "--", CHANGELOG, ...VERSION_FILES);
    git(root, "commit", "--quiet", "--message", `Release ${version}`);
    // Not cleaned up as usual, which would take the headings for comments.
    git(
      root,
      "tag",
      "--annotate",
      "--cleanup=whitespace",
      "--message",
      `Daybook ${version}\n\n${notes}`,
      `v${version}`,
    );
  } catch (error) {
    // Safe, because the tree was clean: only this function's own changes go.
    git(root, "reset", "--quiet", "--hard", before);
    rmSync(bill, { force: true });
    throw error;
  }
}

function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { "dry-run": { type: "boolean" }, tested: { type: "string" }, help: { type: "boolean", short: "h" } },
  });
  if (values.help) return process.stdout.write(`${USAGE}\n`);
  const [version, ...rest] = positionals;
  if (version === undefined || rest.length > 0) throw new Error(`Name one version.\n${USAGE}`);
  const root = git(process.cwd(), "rev-parse", "--show-toplevel");
  checkVersion(root, version);
  checkRepository(root);
  const notes = unreleased(readFileSync(join(root, CHANGELOG), "utf8"));
  const bill = join(root, "dist/release", `daybook-${version}.cdx.json`);
  if (values["dry-run"]) {
    const { components } = billOfMaterials(root);
    process.stdout.write(
      `Would run npm test and npm run check, write ${[...VERSION_FILES, CHANGELOG].join(", ")} and ${bill} ` +
        `(${components.length} packages), commit, and tag v${version}:\n\n${notes}\n\nNothing was changed.\n`,
    );
    return;
  }
  checkTests(root, values.tested);
  release(root, version, notes, bill);
  process.stdout.write(
    `Created the commit "Release ${version}", the tag v${version} and ${bill}.\n` +
      `Next: git push --atomic origin main v${version}, then continue with docs/releasing.md.\n`,
  );
}

try {
  main();
} catch (error) {
  process.stderr.write(`release: ${error.message}\n`);
  process.exitCode = 1;
}
