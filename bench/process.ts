import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

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

/** Resident memory of a process now, in MiB. */
export function residentMiB(pid: number): number {
  const [, kib = "0"] = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kib) / 1024;
}

/** Linux counts processor time in hundredths of a second, wherever Node runs. */
const TICK_MS = 10;

/**
 * Processor time that a process and its children have used so far, those that have ended included, in milliseconds. Unlike
 * the clock it hardly depends on what else the machine does.
 */
export function processorMs(pid: number): number {
  const own = ticksOf(pid);
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean);
  return children.reduce((sum, child) => sum + processorMs(Number(child)), own * TICK_MS);
}

/** utime, stime, and the same of children that were waited for (proc(5), fields 14 to 17). */
function ticksOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  // The name in parentheses may hold spaces; the third field comes after it.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
}

const SAMPLE_MS = 50;

/** Runs `work` and gives the most memory that a process held meanwhile, in MiB. */
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
