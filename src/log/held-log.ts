import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { LogClock } from "./clock.ts";
import type { Disk } from "./disk.ts";
import { LogLockLost } from "./errors.ts";
import type { Lock } from "./lock.ts";
import { segmentNames } from "./segment.ts";

/** How often a log that is open checks whether its lock is still there, and what the clock shows. */
const WATCH_MS = 1_000;

/** A log that a command works on without opening it: nobody else has it meanwhile. */
export interface HeldLog {
  /** Aborts once the lock was removed: another process can have the log. */
  readonly lost: AbortSignal;
  /** @throws LogLockLost */
  require(): void;
  release(): void;
}

/** @throws LogLocked, LogIoError */
export async function holdLog(disk: Disk, directory: string): Promise<HeldLog> {
  const lock = await disk.lock(join(directory, "lock"));
  try {
    await outwaitHolder(lock, disk, directory);
  } catch (error) {
    lock.release();
    throw error;
  }
  const lost = new AbortController();
  const unwatch = watchLock(lock, directory, (error) => lost.abort(error));
  return {
    lost: lost.signal,
    require: () => requireHeld(lock, directory),
    release: () => {
      unwatch();
      lock.release();
    },
  };
}

/** Watches what can change around an open log while nothing is written. @returns what ends it. */
export function watch(
  directory: string,
  lock: Lock,
  clock: LogClock,
  onLost: (error: LogLockLost) => void,
): () => void {
  return watchLock(lock, directory, onLost, () => clock.check());
}

/** @throws LogLockLost */
export function requireHeld(lock: Lock, directory: string): void {
  if (!lock.isHeld()) throw new LogLockLost(directory);
}

/** Where the lock's file is new and the log is not, waits: whoever removed the file can have left a process that has yet to notice. */
export async function outwaitHolder(lock: Lock, disk: Disk, directory: string): Promise<void> {
  if (lock.isNew && segmentNames(await disk.list(directory)).length > 0) await pause(2 * WATCH_MS);
}

function watchLock(
  lock: Lock,
  directory: string,
  onLost: (error: LogLockLost) => void,
  eachTime: () => void = () => undefined,
): () => void {
  const timer = setInterval(() => {
    eachTime();
    if (lock.isHeld()) return;
    clearInterval(timer);
    onLost(new LogLockLost(directory));
  }, WATCH_MS).unref();
  return () => clearInterval(timer);
}
