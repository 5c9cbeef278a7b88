// `npm test`: the tests, and what they took. Arguments go to vitest: `npm test -- test/http -t refuses`, `--project unit`.
// `--long` runs the long campaigns instead. What a project needs is prepared only when one of its files was chosen (vitest.config.ts).
import { mkdirSync, writeFileSync } from "node:fs";
import { parseCLI, startVitest } from "vitest/node";
import { Report } from "./report.mjs";
import { keepFilesInMemory } from "./temporary-files.mjs";

const TIMES = "test-results/times.txt";

const args = process.argv.slice(2);
if (args.includes("--long")) process.env.DAYBOOK_TEST_LONG = "1";
keepFilesInMemory();
try {
  const { filter, options } = parseCLI(["vitest", "run", ...args.filter((arg) => arg !== "--long")]);
  const report = new Report();
  // The command line's own name for it; it would outrank `reporters`.
  const { reporter = ["default"], ...others } = options;
  await startVitest("test", filter, { ...others, reporters: [...reporter, report] });
  mkdirSync("test-results", { recursive: true });
  writeFileSync(TIMES, report.times());
  if (report.ran > 1) process.stdout.write(`${report.slowest()}\nAll times are in ${TIMES}.\n`);
  const unmatched = report.unmatched(filter, options.testNamePattern);
  if (unmatched !== undefined) {
    process.stderr.write(`test: ${unmatched}\n`);
    process.exitCode = 1;
  }
  process.stdout.write(`${report.closingLine()}\n`);
} catch (error) {
  process.stderr.write(`test: ${error.message}\n`);
  process.exitCode = 1;
}
