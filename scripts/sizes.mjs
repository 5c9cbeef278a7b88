// One idea, one file: none is longer than 400 lines, and half of them are not longer than 120, tests included. A function has at most 60
// lines; suites of tests are no functions in this sense. `node scripts/sizes.mjs [<root>]` names what is longer, and exits with 1.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseSync, Visitor } from "rolldown/utils";

const LINES_MAX = 400;
const MEDIAN_MAX = 120;
const FUNCTION_LINES_MAX = 60;
const PROGRAM = /\.(ts|tsx|mjs|js|css)$/;
const FUNCTIONS = /^(?!test\/).*(?<!\.test)\.(ts|tsx|mjs|js)$/;
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

/** @returns {string[]} a line for each function of a file that is too long. */
export function functionFaults(path, text) {
  const faults = [];
  const lineAt = (offset) => text.slice(0, offset).split("\n").length;
  const enter = ({ start, end, id }) => {
    const first = lineAt(start);
    const count = lineAt(end) - first + 1;
    if (count <= FUNCTION_LINES_MAX) return;
    const name = id?.name ?? "a function";
    faults.push(`${path}:${first}: ${name} has ${count} lines: split it by idea, at most ${FUNCTION_LINES_MAX}`);
  };
  const { program, errors } = parseSync(path, text);
  if (errors.length > 0) return [`${path} cannot be parsed: ${errors[0].message}`];
  const visitor = { FunctionDeclaration: enter, FunctionExpression: enter, ArrowFunctionExpression: enter };
  new Visitor(visitor).visit(program);
  return faults;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = process.argv[2] ?? fileURLToPath(new URL("..", import.meta.url));
  const files = execFileSync("git", ["-C", root, "ls-files", "-z"], { encoding: "utf8" }).split("\0").filter(Boolean);
  const texts = new Map(
    files.filter((file) => PROGRAM.test(file)).map((file) => [file, readFileSync(join(root, file), "utf8")]),
  );
  const faults = [
    ...sizeFaults(new Map([...texts].map(([file, text]) => [file, text.split("\n").length - 1]))),
    ...[...texts].flatMap(([file, text]) =>
      FUNCTIONS.test(file) && !EXCEPT.includes(file) ? functionFaults(file, text) : [],
    ),
  ];
  for (const fault of faults) process.stderr.write(`${fault}\n`);
  if (faults.length > 0) process.exitCode = 1;
}
