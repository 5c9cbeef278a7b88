import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";

/**
 * Which process has the engine of a directory. A killed server's engine ends by itself, but not while it is stopped (SIGSTOP): then it
 * still holds the engine's lock on the directory, and the next server ends it.
 */
const record = z.object({
  pid: z.number().int().positive(),
  /** Pid of the server that started it. */
  server: z.number().int().positive(),
  token: z.string(),
});
type Recorded = z.infer<typeof record>;

/** How long a killed process can take to be gone: the kernel has to free its memory. */
const GONE_MS = 3_000;
const LOOK_MS = 5;

/** @param token a random argument of the process, by which it is recognized whatever process has its number later. */
export function recordEngine(directory: string, pid: number, token: string): void {
  const path = recordPath(directory);
  writeFileSync(`${path}.tmp`, `${JSON.stringify({ pid, server: process.pid, token })}\n`, { mode: 0o600 });
  renameSync(`${path}.tmp`, path);
}

export function forgetEngine(directory: string): void {
  rmSync(recordPath(directory), { force: true });
}

/**
 * Ends the engine that an earlier server left on this directory. A process counts only if it carries the recorded token and this very
 * directory, and the server that started it has ended: another process with its number, the engine of a directory that this one was copied from, and
 * one whose server lives are left alone.
 *
 * @returns its pid, if there was one. @throws when it cannot be ended.
 */
export async function endOrphan(directory: string): Promise<number | undefined> {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const recorded = readRecord(directory);
  if (recorded === undefined || !isOrphan(recorded, directory)) return undefined;
  process.kill(recorded.pid, "SIGKILL");
  for (const begun = performance.now(); isThere(recorded, directory); await pause(LOOK_MS)) {
    if (performance.now() - begun > GONE_MS)
      throw new Error(`The engine of an earlier server, process ${recorded.pid}, does not end.`);
  }
  forgetEngine(directory);
  return recorded.pid;
}

function readRecord(directory: string): Recorded | undefined {
  const path = recordPath(directory);
  if (!existsSync(path)) return undefined;
  try {
    return record.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch {
    // Cut off as it was written, or changed by hand: then it names nobody.
    return undefined;
  }
}

function isOrphan({ pid, server, token }: Recorded, directory: string): boolean {
  const { parent, command } = describeProcess(pid);
  // The kernel gives a process another parent when its own has ended, and at no other moment.
  return parent !== server && command.includes(token) && command.includes(directory);
}

/**
 * Whether a process that was killed can still hold the lock. Linux frees its memory first, and its arguments are gone with that; its files, and the
 * lock with them, are closed when its last thread ends. A zombie has closed them, and stays as long as nobody asks for it.
 */
function isThere(recorded: Recorded, directory: string): boolean {
  if (process.platform !== "linux") return isOrphan(recorded, directory);
  const { pid, token } = recorded;
  try {
    const [, state = ""] = /^.*\) (\w)/s.exec(readFileSync(`/proc/${pid}/stat`, "latin1")) ?? [];
    if (state === "Z" || state === "X") return readdirSync(`/proc/${pid}/task`).length > 1;
    const command = readFileSync(`/proc/${pid}/cmdline`, "utf8");
    return command === "" || command.includes(token);
  } catch {
    return false;
  }
}

/** The arguments and the parent of a process; no arguments when there is none, or it has ended. */
function describeProcess(pid: number): { parent: number; command: string } {
  if (process.platform !== "linux") {
    const { stdout } = spawnSync("ps", ["-ww", "-o", "ppid=,command=", "-p", String(pid)], { encoding: "utf8" });
    return { parent: Number.parseInt(stdout ?? "", 10), command: stdout ?? "" };
  }
  try {
    const [, parent] = /^.*\) \w (\d+)/s.exec(readFileSync(`/proc/${pid}/stat`, "latin1")) ?? [];
    return { parent: Number(parent), command: readFileSync(`/proc/${pid}/cmdline`, "utf8") };
  } catch {
    return { parent: Number.NaN, command: "" };
  }
}

function recordPath(directory: string): string {
  return join(directory, "engine.json");
}
