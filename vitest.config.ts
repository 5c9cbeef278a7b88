import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

// Without "import" and "default": Vite adds them where they apply. Named here they reach `require` as well, which then gets the
// ESM half of packages that have both ("Class extends value [object Module]" from pg).
const conditions = ["daybook-source", "node", "module"];
const long = process.env.DAYBOOK_TEST_LONG === "1";

/** Small files that run a large suite, which would begin last: by size is how it is guessed what takes long. */
const LONGER_THAN_THEY_LOOK = /test\/(search|identity|log|verify)\//;

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLonger = ({ moduleId }: TestSpecification) => LONGER_THAN_THEY_LOOK.test(moduleId);
    return [...sorted.filter(isLonger), ...sorted.filter((file) => !isLonger(file))];
  }
}

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    // One chDB engine a process: worker threads would share the native library and crash, forks do not.
    pool: "forks",
    // One more than the cores of the machines it is meant for: it keeps them busy, and a fourth worker would only make each slower.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    testTimeout: long ? 3_600_000 : 90_000,
    hookTimeout: 90_000,
    // What is waited for comes when it comes: on a loaded machine a second is nothing.
    expect: { poll: { timeout: 30_000 } },
    include: ["{src,sdk/src,web/src,test,bench}/**/*.test.{ts,tsx}"],
    exclude: ["**/node_modules/**"],
  },
});
