import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { defineConfig, type Plugin, type UserWorkspaceConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";
import { LONG_FILES } from "./scripts/test/long-files.ts";

// Without "import" and "default": Vite adds them where they apply. Named here they reach `require` as well, which then gets the
// ESM half of packages that have both ("Class extends value [object Module]" from pg).
const conditions = ["daybook-source", "node", "module"];
const resolution = { resolve: { conditions }, ssr: { resolve: { conditions } } };
const SOURCES = fileURLToPath(new URL("./src/", import.meta.url));
const BUILT = fileURLToPath(new URL("./dist/server/", import.meta.url));
const long = process.env.DAYBOOK_TEST_LONG === "1";

class LongestFirst extends BaseSequencer {
  /** Files of one project follow one another: a process that has loaded the server or a browser is used for the next of them. */
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const rank = ({ moduleId }: TestSpecification) => {
      const place = LONG_FILES.findIndex((path) => moduleId.endsWith(`/${path}`));
      return place < 0 ? LONG_FILES.length : place;
    };
    const order = ["server", "browser", "unit"];
    const project = (file: TestSpecification) => order.indexOf(file.project.name);
    return sorted.sort((a, b) => project(a) - project(b) || rank(a) - rank(b));
  }
}

/**
 * Server sources are those of the build, which `needs-build` brings up to date first. What ships is what is tested, and Node loads and runs its
 * modules as they are, where sources are transformed in each run and every use of an import goes through an object.
 */
const builtServer: Plugin = {
  name: "built-server",
  enforce: "pre",
  resolveId(source, importer) {
    if (importer === undefined || !source.startsWith(".")) return undefined;
    const path = join(dirname(importer), source);
    return path.startsWith(SOURCES) ? `${BUILT}${path.slice(SOURCES.length).replace(/\.ts$/, ".js")}` : undefined;
  },
};
/** What is built is imported by Node itself. */
const native = { server: { deps: { external: [/\/dist\/server\//] } } };

/** What all projects share. How many workers there are is a matter of the whole run: a project's own number would outrank --maxWorkers. */
const common = {
  // One chDB engine a process: worker threads would share the native library and crash, forks do not.
  pool: "forks",
  // Files share a process one after the other: what they import (the server, a database engine, a browser) is loaded once.
  isolate: false,
  testTimeout: long ? 3_600_000 : 90_000,
  hookTimeout: 90_000,
  setupFiles: [fileURLToPath(new URL("./test/support/each-file.ts", import.meta.url))],
  // What is waited for comes when it comes: on a loaded machine a second is nothing.
  expect: { poll: { timeout: 30_000 } },
} satisfies UserWorkspaceConfig["test"];

/**
 * Tests by what they need. unit: nothing. server: a build, and processes, ports and disks. browser: a Chromium as well.
 * What a project needs is prepared when one of its files was chosen.
 */
export default defineConfig({
  test: {
    // More than twice the cores of the machines it is meant for: a third of the time a file waits, for the processes it starts and for disks.
    // With seven the whole run took longer (test/TIMES.md).
    maxWorkers: 5,
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        ...resolution,
        test: { ...common, name: "unit", include: ["{src,sdk/src,web/src,bench}/**/*.test.{ts,tsx}"] },
      },
      {
        ...resolution,
        plugins: [builtServer],
        test: {
          ...common,
          ...native,
          name: "server",
          include: ["test/**/*.test.ts"],
          exclude: ["test/browser/**"],
          globalSetup: ["scripts/test/needs-build.mjs"],
        },
      },
      {
        ...resolution,
        plugins: [builtServer],
        test: {
          ...common,
          ...native,
          name: "browser",
          include: ["test/browser/**/*.test.ts"],
          globalSetup: ["scripts/test/needs-chromium.mjs", "scripts/test/needs-build.mjs"],
        },
      },
    ],
  },
});
