import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { residentMiB } from "./process-tree.ts";

/** Runs a program of `bench/programs` in a process of its own and gives the JSON it prints. @throws Error when it fails. */
export async function runProgram<Result>(name: string, input: object): Promise<Result> {
  const file = fileURLToPath(new URL(`programs/${name}.ts`, import.meta.url));
  const args = ["--conditions", "daybook-source", "--import", "tsx", file, JSON.stringify(input)];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => {
    output += chunk.toString("utf8");
  });
  const [code] = (await once(child, "close")) as [number | null];
  if (code !== 0) throw new Error(`${name} ended with ${code}`);
  return JSON.parse(output) as Result;
}

const SAMPLE_MS = 50;

/** Runs `work` and gives the most memory that a process and its children held meanwhile, in MiB. */
export async function peakMiB(pid: number, work: () => Promise<unknown>): Promise<number> {
  let peak = residentMiB(pid);
  const timer = setInterval(() => {
    peak = Math.max(peak, residentMiB(pid));
  }, SAMPLE_MS);
  try {
    await work();
  } finally {
    clearInterval(timer);
  }
  return Math.max(peak, residentMiB(pid));
}

/** Asks a process to end and waits for it. */
export async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill(signal);
  await ended;
}
