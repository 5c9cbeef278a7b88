import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Replaces a small file as a whole, durably; only its owner can read it:
 *
 *   open(x.tmp, 0600) → write → fsync → close → rename(x) → fsync(directory)
 */
export function replaceFile(path: string, text: string): void {
  const unfinished = `${path}.tmp`;
  // Removed first: the mode is given to a file only as it is made.
  rmSync(unfinished, { force: true });
  const file = openSync(unfinished, "wx", 0o600);
  try {
    // All of it: a single write may take a part only, on a disk that is all but full, and say no more of it.
    writeFileSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(unfinished, path);
  syncDirectory(dirname(path));
}

/** The text of a file; undefined where there is none. @throws when it cannot be read. */
export function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

/** Removes a file, durably, if it is there. */
export function removeFile(path: string): void {
  rmSync(path, { force: true });
  syncDirectory(dirname(path));
}

export function syncDirectory(directory: string): void {
  const handle = openSync(directory, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** Creates a directory for its owner alone, durably, unless it is there. */
export function makeDataDirectory(directory: string): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  syncDirectory(dirname(directory));
}
