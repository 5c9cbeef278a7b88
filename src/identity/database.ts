import { closeSync, openSync } from "node:fs";
import { Kysely, PostgresDialect, type SqliteDatabase, SqliteDialect, type SqliteStatement, sql } from "kysely";
import Sqlite from "libsql";
import type { CustomTypesConfig } from "pg";
import type { Schema } from "./schema.ts";

/** Where identity is kept: a SQLite file, or a PostgreSQL database. */
export type DatabaseLocation = { readonly path: string } | { readonly databaseUrl: string };

export interface Database {
  readonly db: Kysely<Schema>;
  readonly type: "sqlite" | "postgres";
  close(): Promise<void>;
}

/** PostgreSQL's OID of int8, which the driver returns as text by default. All of ours are safe integers. */
const INT8 = 20;

/** @param report gets what fails with nobody waiting for it (an idle PostgreSQL connection that breaks). */
export async function openDatabase(location: DatabaseLocation, report: (error: unknown) => void): Promise<Database> {
  return "databaseUrl" in location ? openPostgres(location.databaseUrl, report) : openSqlite(location.path);
}

/** For a look at a database that somebody else writes, or nobody any more: its file stays in the mode that it is in. */
export async function openDatabaseAsItIs(location: DatabaseLocation): Promise<Database> {
  if ("databaseUrl" in location) return openPostgres(location.databaseUrl, () => undefined);
  const file = new Sqlite(location.path);
  file.exec("PRAGMA busy_timeout = 5000");
  return sqliteDatabase(file);
}

/**
 * One connection that every statement waits for in turn: inside a transaction only that transaction's own handle may be used,
 * any other statement would wait for ever. FULL: a commit is on disk when it returns.
 */
function openSqlite(path: string): Database {
  // Made before SQLite does, so that the file and the -wal and -shm beside it, which take its mode, are the owner's alone.
  closeSync(openSync(path, "a", 0o600));
  const file = new Sqlite(path);
  file.exec("PRAGMA journal_mode = WAL");
  file.exec("PRAGMA synchronous = FULL");
  file.exec("PRAGMA foreign_keys = ON");
  file.exec("PRAGMA busy_timeout = 5000");
  return sqliteDatabase(file);
}

function sqliteDatabase(file: Sqlite.Database): Database {
  const db = new Kysely<Schema>({ dialect: new SqliteDialect({ database: rollingBackOnce(file) }) });
  return { db, type: "sqlite", close: () => db.destroy() };
}

/**
 * On a full disk SQLite rolls a transaction back by itself, and refuses when it is asked to do so again: that refusal would hide
 * why the change failed.
 */
function rollingBackOnce(file: Sqlite.Database): SqliteDatabase {
  return {
    close: () => void file.close(),
    prepare: (text) =>
      file.prepare(text === "rollback" && !file.inTransaction ? "SELECT 1" : text) as unknown as SqliteStatement,
  };
}

/** Whether a change failed because there is no space left: nothing was changed. 53100: PostgreSQL's disk_full. */
export function isOutOfSpace(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "SQLITE_FULL" || error.code === "53100");
}

async function openPostgres(databaseUrl: string, report: (error: unknown) => void): Promise<Database> {
  // Loaded only here: most servers keep identity in SQLite.
  const { default: pg } = await import("pg");
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max: 10,
    connectionTimeoutMillis: 10_000,
    types: {
      getTypeParser: (oid: number, format?: "text" | "binary") =>
        oid === INT8 ? Number : pg.types.getTypeParser(oid, format),
    } as CustomTypesConfig,
  });
  pool.on("error", report);
  const db = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) });
  await sql`select 1`.execute(db);
  return { db, type: "postgres", close: () => db.destroy() };
}
