// `npm test`: everything the tests need, then the tests. `--long` runs the long campaigns instead. Further arguments go to vitest.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { build } from "./build.mjs";
import { findOrInstallChromium } from "./chromium.mjs";

const args = process.argv.slice(2);
const long = args.includes("--long");
const directory = mkdtempSync(join(tmpdir(), "daybook-test-"));
try {
  const chromium = findOrInstallChromium();
  build();
  const report = join(directory, "report.json");
  const vitest = join(dirname(createRequire(import.meta.url).resolve("vitest/package.json")), "vitest.mjs");
  const { status } = spawnSync(
    process.execPath,
    [
      vitest,
      "run",
      "--reporter=default",
      "--reporter=json",
      `--outputFile.json=${report}`,
      ...args.filter((arg) => arg !== "--long"),
    ],
    {
      stdio: "inherit",
      env: {
        ...process.env,
        CHROMIUM_PATH: chromium,
        DAYBOOK_TEST_BUILT: "1",
        ...(long && { DAYBOOK_TEST_LONG: "1" }),
      },
    },
  );
  const { numPassedTests, numFailedTests, numPendingTests } = JSON.parse(readFileSync(report, "utf8"));
  process.stdout.write(`${numPassedTests} passed, ${numFailedTests} failed, ${numPendingTests} skipped\n`);
  process.exitCode = status ?? 1;
} catch (error) {
  process.stderr.write(`test: ${error.message}\n`);
  process.exitCode = 1;
} finally {
  rmSync(directory, { recursive: true, force: true });
}
