import { constants, readSync } from "node:fs";
import { type FileHandle, mkdir, open, readdir, rename, unlink } from "node:fs/promises";
import { errorCode, LogIoError } from "./errors.ts";
import { type Lock, lockFile } from "./lock.ts";

/**
 * Every call to the file system that durability depends on, one method a system call, so that a test can make each one fail,
 * fall short, or be undone by a power loss.
 */
export interface Disk {
  /**
   * Takes the file as a lock that the kernel frees when this process ends, however it ends.
   * @throws LogLocked when another process holds it.
   */
  lock(path: string): Promise<Lock>;
  /** `read`: must exist. `write`: must exist, reads and writes. `create`: created again, whatever was there is gone. */
  open(path: string, mode: OpenMode): Promise<DiskFile>;
  rename(from: string, to: string): Promise<void>;
  unlink(path: string): Promise<void>;
  /** Names in a directory, in no order. */
  list(directory: string): Promise<string[]>;
  /** One level. */
  mkdir(directory: string): Promise<void>;
  /** Makes the directory's entries (created, renamed, removed) durable. */
  syncDirectory(directory: string): Promise<void>;
}

export type OpenMode = "read" | "write" | "create";

export interface DiskFile {
  size(): Promise<number>;
  /** pread: returns the bytes read, 0 at the end of the file; may fall short. */
  read(into: Uint8Array, position: number): Promise<number>;
  /** The same before it returns: for what is in memory with all likelihood. */
  readSync(into: Uint8Array, position: number): number;
  /** pwrite: returns the bytes written; may fall short. */
  write(from: Uint8Array, position: number): Promise<number>;
  truncate(length: number): Promise<void>;
  /** fdatasync: bytes and length are durable. */
  datasync(): Promise<void>;
  /** fsync: bytes, length and metadata are durable. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

const OPEN_FLAGS: Record<OpenMode, number> = {
  read: constants.O_RDONLY,
  write: constants.O_RDWR,
  create: constants.O_RDWR | constants.O_CREAT | constants.O_TRUNC,
};

/**
 * The machine's file system.
 *
 * A hole that no caller can close: after a failed fsync of a *directory* the kernel may hold the entry in memory only, and a
 * later fsync may then report success. File systems with a journal (ext4, XFS) shut down instead, so the later call fails
 * too; on others only a power loss in just that state could take a new segment away.
 */
export const realDisk: Disk = {
  lock: async (path) => lockFile(path),
  open: async (path, mode) => new RealFile(await open(path, OPEN_FLAGS[mode], 0o640)),
  rename,
  unlink,
  list: (directory) => readdir(directory),
  mkdir: async (directory) => {
    await mkdir(directory, 0o750);
  },
  syncDirectory: async (directory) => {
    const handle = await open(directory, constants.O_RDONLY | constants.O_DIRECTORY);
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  },
};

class RealFile implements DiskFile {
  private readonly handle: FileHandle;

  constructor(handle: FileHandle) {
    this.handle = handle;
  }

  async size() {
    return (await this.handle.stat()).size;
  }

  async read(into: Uint8Array, position: number) {
    return (await this.handle.read(into, 0, into.length, position)).bytesRead;
  }

  readSync(into: Uint8Array, position: number) {
    return readSync(this.handle.fd, into, 0, into.length, position);
  }

  async write(from: Uint8Array, position: number) {
    return (await this.handle.write(from, 0, from.length, position)).bytesWritten;
  }

  truncate(length: number) {
    return this.handle.truncate(length);
  }

  datasync() {
    return this.handle.datasync();
  }

  sync() {
    return this.handle.sync();
  }

  close() {
    return this.handle.close();
  }
}

/** The same disk, whose every error is a LogIoError that names the call and the path. A LogLocked stays as it is. */
export function nameFailures(disk: Disk): Disk {
  const named = async <T>(operation: string, path: string, call: () => Promise<T>): Promise<T> => {
    try {
      return await call();
    } catch (error) {
      throw new LogIoError(operation, path, error);
    }
  };
  return {
    lock: (path) => disk.lock(path),
    open: (path, mode) =>
      named("open", path, async () => {
        const file = await disk.open(path, mode);
        return {
          size: () => named("fstat", path, () => file.size()),
          read: (into, position) => named("read", path, () => file.read(into, position)),
          readSync: (into, position) => {
            try {
              return file.readSync(into, position);
            } catch (error) {
              throw new LogIoError("read", path, error);
            }
          },
          write: (from, position) => named("write", path, () => file.write(from, position)),
          truncate: (length) => named("ftruncate", path, () => file.truncate(length)),
          datasync: () => named("fdatasync", path, () => file.datasync()),
          sync: () => named("fsync", path, () => file.sync()),
          close: () => named("close", path, () => file.close()),
        } satisfies DiskFile;
      }),
    rename: (from, to) => named("rename", to, () => disk.rename(from, to)),
    unlink: (path) => named("unlink", path, () => disk.unlink(path)),
    list: (directory) => named("readdir", directory, () => disk.list(directory)),
    mkdir: (directory) => named("mkdir", directory, () => disk.mkdir(directory)),
    syncDirectory: (directory) => named("fsync", directory, () => disk.syncDirectory(directory)),
  };
}

/** Writes all bytes at a place, however often the system falls short. */
export async function writeFully(file: DiskFile, bytes: Uint8Array, position: number): Promise<void> {
  let done = 0;
  while (done < bytes.length) {
    const written = await file.write(bytes.subarray(done), position + done);
    if (written <= 0) throw Object.assign(new Error("a write made no progress"), { code: "EIO" });
    done += written;
  }
}

/** Reads until `into` is full or the file ends; returns how many bytes were read. */
export async function readFully(file: DiskFile, into: Uint8Array, position: number): Promise<number> {
  let done = 0;
  while (done < into.length) {
    const read = await file.read(into.subarray(done), position + done);
    if (read === 0) break;
    done += read;
  }
  return done;
}

/** The same before it returns: for what is in memory with all likelihood. */
export function readFullySync(file: DiskFile, into: Uint8Array, position: number): number {
  let done = 0;
  while (done < into.length) {
    const read = file.readSync(into.subarray(done), position + done);
    if (read === 0) break;
    done += read;
  }
  return done;
}

/** Removes a file, or finds it gone already. */
export async function unlinkIfThere(disk: Disk, path: string): Promise<void> {
  try {
    await disk.unlink(path);
  } catch (error) {
    if (errorCode(error) !== "ENOENT") throw error;
  }
}
