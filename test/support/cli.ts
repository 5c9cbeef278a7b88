import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { nodeForEveryUser } from "./node-binary.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
/** Built before the first test of these projects runs; it starts in less than half the time of the sources. */
const COMMAND = join(ROOT, "bin/daybook.js");

/** The command line as a process of its own. */
export function runCli(
  args: readonly string[],
  env: Record<string, string> = {},
  { stdin, ...options }: { uid?: number; cwd?: string; stdin?: string } = {},
): ChildProcess {
  const child = spawn(options.uid === undefined ? process.execPath : nodeForEveryUser(), [COMMAND, ...args], {
    cwd: ROOT,
    ...options,
    stdio: [stdin === undefined ? "ignore" : "pipe", "pipe", "pipe"],
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
  });
  child.stdin?.end(stdin);
  return child;
}

export interface CliResult {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs a command to its end. */
export async function cli(...call: Parameters<typeof runCli>): Promise<CliResult> {
  const child = runCli(...call);
  const result: CliResult = { code: null, stdout: "", stderr: "" };
  child.stdout?.on("data", (chunk) => {
    result.stdout += chunk;
  });
  child.stderr?.on("data", (chunk) => {
    result.stderr += chunk;
  });
  [result.code] = await once(child, "close");
  return result;
}
