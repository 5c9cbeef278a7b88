import { existsSync, statSync } from "node:fs";
import { dirname } from "node:path";
import Database from "libsql";
import { errorCode, LogIoError, LogLocked } from "./errors.ts";

export interface Lock {
  /** The file was created for this lock. */
  readonly isNew: boolean;
  /** Whether the locked file is still the one at its path. Costs microseconds. */
  isHeld(): boolean;
  release(): void;
}

/**
 * Takes `path` as a lock for this process. Node has no flock, and a file that holds a process id outlives a kill -9; an
 * exclusive transaction held open on an empty SQLite file is a lock of the kernel (fcntl), freed when the process ends.
 * SQLite also refuses a second lock from the same process, which fcntl alone would not.
 *
 * Somebody can remove the file while it is locked; another process then creates and locks a new one. So whoever holds the lock asks `isHeld` before
 * it writes, and whoever finds `isNew` where there is data waits until such a holder has noticed.
 *
 * @throws LogLocked when it is held already, LogIoError when the file cannot be created.
 */
export function lockFile(path: string): Lock {
  const isNew = !existsSync(path);
  let database: Database.Database | undefined;
  try {
    database = new Database(path, { timeout: 0 });
    // Nothing is ever written to the file: no journal is wanted beside it. (`pragma()` would leave the file open after close.)
    database.exec("PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE");
    const held = database;
    const { ino, dev } = statSync(path);
    // The library closes the file only once its statements were collected; the end of the transaction frees the lock now.
    return {
      isNew,
      isHeld: () => {
        const now = statSync(path, { throwIfNoEntry: false });
        return now?.ino === ino && now.dev === dev;
      },
      release: () => {
        held.exec("ROLLBACK");
        held.close();
      },
    };
  } catch (error) {
    database?.close();
    if (errorCode(error) === "SQLITE_BUSY") throw new LogLocked(dirname(path));
    throw new LogIoError("lock", path, error);
  }
}
