// One idea, one file: none is longer than 400 lines, and half of them are not longer than 120, tests included. `node scripts/sizes.mjs
// [<root>]` names what is longer, and exits with 1.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const LINES_MAX = 400;
const MEDIAN_MAX = 120;
const PROGRAM = /\.(ts|tsx|mjs|js|css)$/;
/** Written by a program. */
const EXCEPT = ["web/src/api/schema.ts"];

/** @param {ReadonlyMap<string, number>} lines of each file. @returns {string[]} a line for each fault. */
export function sizeFaults(lines) {
  const counted = [...lines].filter(([path]) => PROGRAM.test(path) && !EXCEPT.includes(path));
  const faults = counted
    .filter(([, count]) => count > LINES_MAX)
    .map(([path, count]) => `${path} has ${count} lines: split it by idea, at most ${LINES_MAX}`);
  const sorted = counted.map(([, count]) => count).sort((a, b) => a - b);
  const median = sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
  if (median > MEDIAN_MAX) faults.push(`half of the files have more than ${median - 1} lines: at most ${MEDIAN_MAX}`);
  return faults;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = process.argv[2] ?? fileURLToPath(new URL("..", import.meta.url));
  const files = execFileSync("git", ["-C", root, "ls-files", "-z"], { encoding: "utf8" }).split("\0").filter(Boolean);
  const lineCount = (file) => readFileSync(join(root, file), "utf8").split("\n").length - 1;
  const faults = sizeFaults(new Map(files.filter((file) => PROGRAM.test(file)).map((file) => [file, lineCount(file)])));
  for (const fault of faults) process.stderr.write(`${fault}\n`);
  if (faults.length > 0) process.exitCode = 1;
}
