// The opt-in hook (`npm run hooks`): formats and lints what a commit would contain, and refuses what `npm run check` would refuse.
//
// It works on a copy of the index, not on the working tree. So it judges exactly the commit, and changes that are not staged are safe.
// Types are left to `npm run check`: they take longer than a commit should wait.
import { spawnSync } from "node:child_process";
import { existsSync, lstatSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { faultsOf } from "./rooms.mjs";

const root = git("rev-parse", "--show-toplevel").trimEnd();

function git(...args) {
  const { status, stdout, stderr, error } = spawnSync("git", args, { encoding: "utf8", maxBuffer: 1 << 30 });
  if (error) throw error;
  if (status !== 0) throw new Error(`git ${args[0]} failed: ${stderr.trim()}`);
  return stdout;
}

/** Paths, which can hold spaces and line ends: git separates them by U+0000. */
function paths(...args) {
  return git("-C", root, ...args, "-z")
    .split("\0")
    .filter((path) => path !== "");
}

/** Added and changed files. A renamed file counts as an added one; a deleted one leaves nothing to check. */
function stagedFiles() {
  return paths("diff", "--cached", "--name-only", "--no-renames", "--diff-filter=AM");
}

/** @returns the files that Biome would write otherwise, with their new content. @throws when it finds what it cannot fix. */
function check(copy, files) {
  git("-C", root, "checkout-index", "--all", `--prefix=${copy}/`);
  const regular = files.filter((file) => lstatSync(join(copy, file)).isFile());
  const before = new Map(regular.map((file) => [file, readFileSync(join(copy, file), "utf8")]));
  const biome = spawnSync(
    process.execPath,
    [
      join(root, "node_modules/@biomejs/biome/bin/biome"),
      ...["check", "--write", "--no-errors-on-unmatched", "--files-ignore-unknown=true"],
      ...regular.map((file) => `./${file}`),
    ],
    { cwd: copy, encoding: "utf8" },
  );
  if (biome.error) throw biome.error;
  if (biome.status !== 0) {
    throw new Error(`${biome.stdout}${biome.stderr}\nThe staged files have problems. Fix them and stage them again.`);
  }
  const faults = faultsOf(copy);
  if (faults.length > 0) throw new Error(faults.join("\n"));
  return regular
    .map((file) => ({ file, content: readFileSync(join(copy, file), "utf8") }))
    .filter(({ file, content }) => content !== before.get(file));
}

/** Writes formatted files to the working tree and the index, where both hold the same; refuses the commit otherwise. */
function restage(formatted) {
  if (formatted.length === 0) return;
  const unstaged = new Set(paths("diff", "--name-only", "--no-renames"));
  // `git commit <paths>` commits from an index of its own. What the hook stages there would be missing in the real one.
  const ownIndex = basename(process.env.GIT_INDEX_FILE ?? "").startsWith("next-index");
  const blocked = formatted.filter(({ file }) => ownIndex || unstaged.has(file));
  if (blocked.length > 0) {
    throw new Error(
      [
        "These files need formatting, and are committed only in part:",
        ...blocked.map(({ file }) => `  ${file}`),
        "Run `npx biome check --write` on them, stage them and commit again.",
      ].join("\n"),
    );
  }
  for (const { file, content } of formatted) writeFileSync(join(root, file), content);
  git("-C", root, "add", "--", ...formatted.map(({ file }) => `:(literal)${file}`));
  process.stderr.write(`pre-commit: formatted ${formatted.map(({ file }) => file).join(", ")}\n`);
}

function main() {
  const files = stagedFiles();
  if (files.length === 0) return;
  if (!existsSync(join(root, "node_modules/@biomejs/biome"))) throw new Error("Biome is missing. Run `npm ci`.");
  const copy = mkdtempSync(join(tmpdir(), "daybook-commit-"));
  try {
    restage(check(copy, files));
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

try {
  main();
} catch (error) {
  process.stderr.write(`pre-commit: ${error.message}\n`);
  process.exitCode = 1;
}
