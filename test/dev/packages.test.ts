import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { packagesOf } from "../../scripts/dev/dependencies.ts";

it("names the packages that the server's sources import, and no source", () => {
  const names = packagesOf(fileURLToPath(new URL("../../src", import.meta.url)));
  expect([...names]).toEqual(
    expect.arrayContaining(["hono", "better-auth/plugins/organization", "@clickhouse/client"]),
  );
  // It belongs to the engine's process.
  expect([...names]).not.toContain("chdb");
  expect([...names].filter((name) => /^(\.|node:|@daybook)/.test(name))).toEqual([]);
});
