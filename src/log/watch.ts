import { setTimeout as pause } from "node:timers/promises";
import type { LogClock } from "./clock.ts";
import type { Disk, Lock } from "./disk.ts";
import { LogLockLost } from "./errors.ts";
import { segmentNames } from "./segment.ts";

/** How often a log that is open checks whether its lock is still there, and what the clock shows. */
const WATCH_MS = 1_000;

/** Watches what can change around an open log while nothing is written. @returns what ends it. */
export function watch(
  directory: string,
  lock: Lock,
  clock: LogClock,
  onLost: (error: LogLockLost) => void,
): () => void {
  const timer = setInterval(() => {
    clock.check();
    if (lock.isHeld()) return;
    clearInterval(timer);
    onLost(new LogLockLost(directory));
  }, WATCH_MS).unref();
  return () => clearInterval(timer);
}

/** @throws LogLockLost */
export function requireHeld(lock: Lock, directory: string): void {
  if (!lock.isHeld()) throw new LogLockLost(directory);
}

/** Where the lock's file is new and the log is not, waits: whoever removed the file can have left a process that has yet to notice. */
export async function outwaitHolder(lock: Lock, disk: Disk, directory: string): Promise<void> {
  if (lock.isNew && segmentNames(await disk.list(directory)).length > 0) await pause(2 * WATCH_MS);
}
