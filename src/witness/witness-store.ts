import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Checkpoint } from "@daybook/sdk/note";
import Database from "libsql";
import { type Lock, lockFile } from "../log/index.ts";

/**
 * The largest checkpoint of each log that this witness has seen. It is durable when `put` returns: `synchronous = FULL` syncs
 * the write-ahead log in every commit. One process at a time owns the directory.
 */
export class WitnessStore {
  private readonly database: Database.Database;
  private readonly select: Database.Statement;
  private readonly upsert: Database.Statement;

  private readonly lock: Lock;

  private constructor(database: Database.Database, lock: Lock) {
    this.database = database;
    this.lock = lock;
    this.select = database.prepare("SELECT size, root FROM seen WHERE origin = ?");
    this.upsert = database.prepare(
      `INSERT INTO seen (origin, size, root, note) VALUES (?, ?, ?, ?)
       ON CONFLICT (origin) DO UPDATE SET size = excluded.size, root = excluded.root, note = excluded.note`,
    );
  }

  /** @throws LogLocked when another process has it, SqliteError. */
  static open(directory: string): WitnessStore {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const lock = lockFile(join(directory, "lock"));
    const database = new Database(join(directory, "witness.db"));
    try {
      database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
      database.exec(TABLES);
      return new WitnessStore(database, lock);
    } catch (error) {
      database.close();
      lock.release();
      throw error;
    }
  }

  latest(origin: string): { size: number; root: Buffer } | undefined {
    const row = this.select.get(origin) as { size: number; root: Uint8Array } | undefined;
    return row && { size: row.size, root: Buffer.from(row.root) };
  }

  /** @param note with its signatures: the evidence, if the log ever denies it. */
  put({ origin, size, root }: Checkpoint, note: string): void {
    // Another process, which does not know what this one has seen, could cosign a contradiction.
    if (!this.lock.isHeld()) throw new Error("the lock file of this witness was removed: start it again");
    this.upsert.run(origin, size, Buffer.from(root), note);
  }

  close(): void {
    this.database.close();
    this.lock.release();
  }
}

/** The trigger protects against mistakes in this code. */
const TABLES = `
  CREATE TABLE IF NOT EXISTS seen (
    origin TEXT PRIMARY KEY,
    size INTEGER NOT NULL,
    root BLOB NOT NULL CHECK (length(root) = 32),
    note TEXT NOT NULL
  ) WITHOUT ROWID;
  CREATE TRIGGER IF NOT EXISTS seen_grows BEFORE UPDATE ON seen
    WHEN NEW.size < OLD.size OR (NEW.size = OLD.size AND NEW.root != OLD.root)
    BEGIN SELECT RAISE(ABORT, 'what was seen never shrinks'); END;
`;
