import { defineConfig } from "vitest/config";

const conditions = ["daybook-source", "node", "import", "module", "default"];
const long = process.env.DAYBOOK_TEST_LONG === "1";

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    // One chDB engine a process: worker threads would share the native library and crash, forks do not.
    pool: "forks",
    maxWorkers: 2,
    testTimeout: long ? 3_600_000 : 90_000,
    hookTimeout: 90_000,
    include: ["{src,sdk/src,web/src,test,bench}/**/*.test.{ts,tsx}"],
    exclude: ["**/node_modules/**"],
  },
});
