import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type ContractServer, problem, startContractServer } from "./contract-server.ts";

let server: ContractServer;
beforeEach(async () => {
  server = await startContractServer();
});
afterEach(() => server.close());

const fixture = fileURLToPath(new URL("program.child.ts", import.meta.url));

function run(ending: string): Promise<{ code: number; stderr: string }> {
  return runProgram(fixture, server.url, ending);
}

async function runProgram(...program: string[]): Promise<{ code: number; stderr: string }> {
  const args = ["--conditions", "daybook-source", "--import", "tsx", ...program];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "ignore", "pipe"], timeout: 30_000 });
  let stderr = "";
  child.stderr.on("data", (chunk: Buffer) => {
    stderr += chunk.toString("utf8");
  });
  const [code] = (await once(child, "close")) as [number];
  return { code, stderr };
}

test("an idle client does not keep the process alive", async () => {
  expect((await run("leave")).code).toBe(0);
  expect(server.requests).toHaveLength(0);
});

test.each(["close", "flush"])("%s keeps it alive through a back-off until the event is delivered", async (ending) => {
  server.failNext(problem(503, "log_unavailable", { "retry-after": "1" }));
  expect((await run(ending)).code).toBe(0);
  expect(server.stored).toHaveLength(1);
});

test("without a callback a loss is a warning of the process, which does not hold the key", async () => {
  server.failNext(problem(401, "unauthenticated"), problem(400, "invalid_json"));
  const { code, stderr } = await run("close");
  expect(code).toBe(0);
  expect(stderr).toMatch(/Daybook: paused \(unauthenticated\)/);
  expect(stderr).toMatch(/Daybook: rejected \(invalid_json\)/);
  expect(stderr).not.toContain("dbk_");
});

test("the README's first program delivers its event", async () => {
  const readme = await readFile(fileURLToPath(new URL("../../sdk/README.md", import.meta.url)), "utf8");
  const [, snippet = ""] = /```ts\n([\s\S]*?)```/.exec(readme) ?? [];
  // Beside this file, so that the package is found from there.
  const file = fileURLToPath(new URL(`readme-${process.pid}.tmp.ts`, import.meta.url));
  await writeFile(file, snippet.replace("http://localhost:4600", server.url).replace('?? ""', '?? "dbk_test"'));
  try {
    expect(await runProgram(file)).toEqual({ code: 0, stderr: "" });
  } finally {
    await rm(file);
  }
  expect(server.stored.map(({ action }) => action)).toEqual(["knowledge.update"]);
});
