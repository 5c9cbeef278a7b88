import { spawnSync } from "node:child_process";
import { expect, it } from "vitest";

it("gives the processes that tests start no wish for colours, whatever the run was started with", () => {
  const { stdout } = spawnSync(process.execPath, ["-p", "JSON.stringify(process.env)"], { encoding: "utf8" });
  const environment = JSON.parse(stdout) as Record<string, string>;
  expect(environment.NO_COLOR).toBe("1");
  expect(Object.keys(environment)).not.toEqual(expect.arrayContaining(["FORCE_COLOR"]));
});
