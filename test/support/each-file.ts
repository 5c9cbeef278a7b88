import { afterAll, expect } from "vitest";
import { undeclared } from "./answers.ts";
import { processorTime } from "./processor-time.ts";

/** Runs before each test file. */

// The processes that tests start inherit this environment: what they print is compared with plain text, also where a terminal or a CI
// system asks for colours. Node.js warns of NO_COLOR beside FORCE_COLOR.
process.env.NO_COLOR = "1";
for (const name of ["FORCE_COLOR", "CLICOLOR_FORCE"]) delete process.env[name];

declare module "vitest" {
  interface TaskMeta {
    /** Of a file: the processor time it took with all its processes. */
    processorMs?: number;
  }
}

const begun = processorTime();
// biome-ignore lint/correctness/noEmptyPattern: vitest demands a pattern there, for fixtures.
afterAll(({}, { file }) => {
  const ended = processorTime();

  if (begun !== undefined && ended !== undefined) file.meta.processorMs = ended - begun;
});

// By now a file has closed its servers.
afterAll(async () => {
  expect(await undeclared()).toEqual([]);
});
