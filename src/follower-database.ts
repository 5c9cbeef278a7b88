import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import Database from "libsql";

/** How far a follower's file has read, of which log, and what it is laid out like: the one row of its table `follower`. */
export interface FollowerState {
  readonly log_id: string;
  readonly schema: number;
  readonly position: number;
}

/** What a follower keeps. */
export interface FollowerTables {
  /** The file's name in the follower's directory. */
  readonly file: string;
  /** Raised when the tables change; what an older one wrote is then read from the log again. */
  readonly schema: number;
  /** SQL of its tables, among them `follower` with the columns of `FollowerState`. */
  readonly tables: string;
}

/**
 * Opens a follower's SQLite file, or starts its directory again if the file is not a database, is of another schema, belongs to another log, or has
 * read more than this log holds (one that was restored from a backup). Rows and the position they reach are to be committed together:
 * `synchronous = NORMAL` with a write-ahead log may lose the last transactions on power loss, but never tears one.
 *
 * @throws SqliteError
 */
export function openFollowerDatabase<State extends FollowerState>(
  directory: string,
  { file, schema, tables }: FollowerTables,
  log: { readonly id: string; readonly end: number },
): { database: Database.Database; state: State } {
  const kept = openKept(directory, file);
  const state = kept && readState<State>(kept);
  if (kept && state?.log_id === log.id && state.schema === schema && state.position <= log.end) {
    return { database: kept, state };
  }
  kept?.close();
  rmSync(directory, { recursive: true, force: true });
  const database = open(directory, file);
  database.exec(tables);
  database.prepare("INSERT INTO follower (log_id, schema, position) VALUES (?, ?, 0)").run(log.id, schema);
  const begun = readState<State>(database);
  if (begun === undefined) throw new Error(`the new ${file} did not keep where it begins`);
  return { database, state: begun };
}

function open(directory: string, file: string): Database.Database {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const database = new Database(join(directory, file));
  try {
    database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;");
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** @returns undefined when what is there is no database. */
function openKept(directory: string, file: string): Database.Database | undefined {
  try {
    return open(directory, file);
  } catch (error) {
    if (error instanceof Error && "code" in error && DAMAGED.has(error.code)) return undefined;
    throw error;
  }
}

const DAMAGED: ReadonlySet<unknown> = new Set(["SQLITE_NOTADB", "SQLITE_CORRUPT"]);

function readState<State>(database: Database.Database): State | undefined {
  const table = database.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'follower'").get();
  if (!table) return undefined;
  return database.prepare("SELECT * FROM follower").get() as State | undefined;
}
