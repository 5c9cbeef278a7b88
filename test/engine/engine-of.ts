import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

/** The process that has the engine of a search directory, once there is one that is not `other`. */
export async function engineOf(directory: string, other?: number): Promise<number> {
  const path = join(directory, "engine.json");
  for (;;) {
    const pid = existsSync(path) ? pidIn(readFileSync(path, "utf8")) : undefined;
    if (pid !== undefined && pid !== other) return pid;
    await pause(2);
  }
}

function pidIn(text: string): number | undefined {
  return (JSON.parse(text) as { pid: number }).pid;
}

/** Resolves once there is no process of this number. */
export async function gone(pid: number): Promise<void> {
  while (exists(pid)) await pause(2);
}

export function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
