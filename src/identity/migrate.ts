import type { BetterAuthOptions } from "better-auth";
import { getMigrations } from "better-auth/db/migration";
import { type Kysely, sql } from "kysely";
import type { Database } from "./database.ts";
import { MIGRATIONS } from "./migrations.ts";
import type { Schema } from "./schema.ts";

/** Any number that no one else uses as a PostgreSQL advisory lock in this database: "daybook" in ASCII. */
const ADVISORY_LOCK = 0x64_61_79_62_6f_6f;

/**
 * Brings better-auth's tables and ours to this program's version, in one transaction: after a crash the schema is the old one or
 * the new one. Does nothing when it is there already. Several processes may start on one PostgreSQL: one of them does it.
 * @throws Error when the database was written by a newer Daybook.
 */
export async function migrate({ db, type }: Database, auth: BetterAuthOptions): Promise<void> {
  await db.transaction().execute(async (tx) => {
    if (type === "postgres") await sql`select pg_advisory_xact_lock(${ADVISORY_LOCK})`.execute(tx);
    const betterAuth = await getMigrations({ ...auth, database: { db: tx, type, transaction: false } });
    await betterAuth.runMigrations();
    await migrateOwn(tx);
  });
}

async function migrateOwn(db: Kysely<Schema>): Promise<void> {
  await db.schema
    .createTable("daybook_schema")
    .ifNotExists()
    .addColumn("version", "integer", (c) => c.primaryKey().notNull())
    .execute();
  const { version } = await db
    .selectFrom("daybook_schema")
    .select((eb) => eb.fn.coalesce(eb.fn.max("version"), sql<number>`0`).as("version"))
    .executeTakeFirstOrThrow();
  if (version > MIGRATIONS.length) {
    throw new Error(
      `the identity database has schema version ${version}, but this Daybook knows only ${MIGRATIONS.length}: start a newer Daybook`,
    );
  }
  for (const [index, migration] of MIGRATIONS.entries()) {
    if (index < version) continue;
    await migration(db);
    await db
      .insertInto("daybook_schema")
      .values({ version: index + 1 })
      .execute();
  }
}
