import { defineConfig } from "vitest/config";

// Vite adds "import" itself where it applies; named here it would reach `require` too, and packages that have both would break.
const conditions = ["daybook-source", "node", "module"];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    // One chDB engine per process: worker threads share the native library and crash, forks do not.
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    include: ["src/**/*.test.ts", "sdk/src/**/*.test.ts", "test/**/*.test.ts", "bench/**/*.test.ts"],
    exclude: ["**/node_modules/**", "test/browser/**", "test/long/**"],
  },
});
