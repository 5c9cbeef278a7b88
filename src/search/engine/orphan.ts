import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";

/**
 * Which process has the engine of a directory. A killed server's engine ends by itself, but not while it is stopped (SIGSTOP): then it
 * still holds the engine's lock on the directory, and the next server ends it.
 */
const record = z.object({ pid: z.number().int().positive(), token: z.string() });

/** How long a killed process can take to be gone: the kernel has to free its memory. */
const GONE_MS = 3_000;
const LOOK_MS = 5;

/** @param token a random argument of the process, by which it is recognized whatever process has its number later. */
export function recordEngine(directory: string, pid: number, token: string): void {
  const path = recordPath(directory);
  writeFileSync(`${path}.tmp`, `${JSON.stringify({ pid, token })}\n`, { mode: 0o600 });
  renameSync(`${path}.tmp`, path);
}

export function forgetEngine(directory: string): void {
  rmSync(recordPath(directory), { force: true });
}

/**
 * Ends the engine that an earlier server left on this directory. A process counts only if it carries the recorded token and this very
 * directory: another process with its number, or the engine of a directory that this one was copied from, is left alone.
 *
 * @returns its pid, if there was one. @throws when it cannot be ended.
 */
export async function endOrphan(directory: string): Promise<number | undefined> {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const recorded = readRecord(directory);
  if (recorded === undefined || !isEngine(recorded, directory)) return undefined;
  process.kill(recorded.pid, "SIGKILL");
  for (const begun = performance.now(); isEngine(recorded, directory); await pause(LOOK_MS)) {
    if (performance.now() - begun > GONE_MS)
      throw new Error(`The engine of an earlier server, process ${recorded.pid}, does not end.`);
  }
  forgetEngine(directory);
  return recorded.pid;
}

function readRecord(directory: string): z.infer<typeof record> | undefined {
  const path = recordPath(directory);
  if (!existsSync(path)) return undefined;
  try {
    return record.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch {
    // Cut off as it was written, or changed by hand: then it names nobody.
    return undefined;
  }
}

function isEngine({ pid, token }: z.infer<typeof record>, directory: string): boolean {
  const command = commandOf(pid);
  return command.includes(token) && command.includes(directory);
}

/** The arguments of a process; empty when there is none, or it has ended. */
function commandOf(pid: number): string {
  if (process.platform !== "linux") {
    return spawnSync("ps", ["-ww", "-o", "command=", "-p", String(pid)], { encoding: "utf8" }).stdout ?? "";
  }
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return "";
  }
}

function recordPath(directory: string): string {
  return join(directory, "engine.json");
}
