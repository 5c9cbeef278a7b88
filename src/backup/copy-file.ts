import { createHash } from "node:crypto";
import { chmodSync, closeSync, fsyncSync, linkSync, openSync, statSync } from "node:fs";
import { open } from "node:fs/promises";
import Database from "libsql";
import { errorCode } from "../log/index.ts";

const CHUNK_BYTES = 1024 * 1024;
/** File systems that have no hard links, or too many of one file. */
const NO_LINK: ReadonlySet<string | undefined> = new Set([
  "EPERM",
  "EXDEV",
  "ENOTSUP",
  "EOPNOTSUPP",
  "EMLINK",
  "ENOSYS",
]);

/** What the bytes of a file are. */
export interface Content {
  readonly bytes: number;
  /** Hex. */
  readonly sha256: string;
}

/**
 * Copies a file that may grow meanwhile, as far as it goes now, and makes the copy durable. Its owner alone can read it.
 * @param copied hears of bytes as they are copied. @returns what was copied.
 */
export async function copyFile(from: string, to: string, copied: (bytes: number) => void): Promise<Content> {
  const source = await open(from, "r");
  try {
    const target = await open(to, "wx", 0o600);
    try {
      const { size } = await source.stat();
      const hash = createHash("sha256");
      const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
      let at = 0;
      while (at < size) {
        const { bytesRead } = await source.read(chunk, 0, Math.min(CHUNK_BYTES, size - at), at);
        if (bytesRead === 0) break;
        const bytes = chunk.subarray(0, bytesRead);
        hash.update(bytes);
        await target.writeFile(bytes);
        at += bytesRead;
        copied(bytesRead);
      }
      await target.sync();
      return { bytes: at, sha256: hash.digest("hex") };
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}

export async function contentOf(path: string): Promise<Content> {
  const file = await open(path, "r");
  try {
    const hash = createHash("sha256");
    let bytes = 0;
    for await (const chunk of file.createReadStream({ highWaterMark: CHUNK_BYTES, autoClose: false })) {
      hash.update(chunk as Buffer);
      bytes += (chunk as Buffer).length;
    }
    return { bytes, sha256: hash.digest("hex") };
  } finally {
    await file.close();
  }
}

/** Gives a file that never changes a second name. @returns false where the file system cannot. */
export function linkFile(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (NO_LINK.has(errorCode(error))) return false;
    throw error;
  }
}

/**
 * Copies an SQLite database as it is at one moment, what is still in its write-ahead log included, while others read and write it. The copy is one
 * file, and durable.
 */
export function copyDatabase(from: string, to: string): void {
  // Created before SQLite does, so that it is the owner's alone.
  closeSync(openSync(to, "wx", 0o600));
  const database = new Database(from);
  try {
    database.exec("PRAGMA busy_timeout = 5000");
    database.prepare("VACUUM INTO ?").run(to);
  } finally {
    database.close();
  }
  chmodSync(to, 0o600);
  const copy = openSync(to, "r+");
  try {
    fsyncSync(copy);
  } finally {
    closeSync(copy);
  }
}

/** By which a file that never changes once it is complete is recognised. */
export interface Stamp {
  readonly bytes: number;
  readonly modified_ms: number;
}

/** @returns undefined where there is no such file. */
export function stampOf(path: string): Stamp | undefined {
  const found = statSync(path, { throwIfNoEntry: false });
  return found && { bytes: found.size, modified_ms: found.mtimeMs };
}
