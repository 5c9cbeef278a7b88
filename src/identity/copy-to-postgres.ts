import { type Kysely, sql } from "kysely";
import { type Database, type DatabaseLocation, openDatabase } from "./database.ts";
import { openIdentity } from "./identity.ts";
import type { Schema } from "./schema.ts";

/** Rows in one statement: PostgreSQL takes 65,535 parameters. */
const ROWS_AT_ONCE = 500;

type Row = Record<string, unknown>;

interface Table {
  readonly name: string;
  readonly columns: readonly { readonly name: string; readonly dataType: string }[];
}

/**
 * Copies an identity from a SQLite file into PostgreSQL, and reads all of it back. One transaction: after an interruption the database holds
 * what it held before, or all. What an earlier call has copied there is replaced.
 *
 * @returns how many rows were copied. @throws Error when the database holds another identity, or does not hold what was copied.
 */
export async function copyIdentity(path: string, databaseUrl: string, publicUrl: string): Promise<number> {
  for (const location of [{ path }, { databaseUrl }]) await bringUpToDate(location, publicUrl);
  const source = await openDatabase({ path }, () => undefined);
  try {
    const target = await openDatabase({ databaseUrl }, () => undefined);
    try {
      await requireSameOrEmpty(source, target);
      return await target.db.transaction().execute((tx) => copyTables(source.db, tx));
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}

/** Its tables are there, and as this program knows them. */
async function bringUpToDate(location: DatabaseLocation, publicUrl: string): Promise<void> {
  const deliver = () => Promise.reject(new Error("nothing is changed while identity is copied"));
  await (await openIdentity({ ...location, publicUrl, deliver })).close();
}

async function requireSameOrEmpty({ db: source }: Database, { db: target }: Database): Promise<void> {
  const secret = (db: Kysely<Schema>) =>
    db.selectFrom("setting").select("value").where("name", "=", "auth_secret").executeTakeFirst();
  if ((await secret(source))?.value === (await secret(target))?.value) return;
  const used = await Promise.all([
    target.selectFrom("user").select("id").limit(1).executeTakeFirst(),
    target.selectFrom("organization").select("id").limit(1).executeTakeFirst(),
    target.selectFrom("delivered").select("id").limit(1).executeTakeFirst(),
  ]);
  if (used.every((row) => row === undefined)) return;
  throw new Error("The PostgreSQL database holds the identity of another Daybook. Use an empty database.");
}

async function copyTables(source: Kysely<Schema>, target: Kysely<Schema>): Promise<number> {
  const tables = await tablesOf(target);
  const known = new Set(tables.map(({ name }) => name));
  const unknown = (await tablesOf(source)).filter(({ name }) => !known.has(name));
  if (unknown.length > 0) throw new Error(`PostgreSQL has no table ${unknown[0]?.name} of identity.`);
  for (const { name } of [...tables].reverse()) await sql`delete from ${sql.table(name)}`.execute(target);
  let copied = 0;
  for (const table of tables) {
    const rows = (await rowsOf(source, table)).map((row) => converted(row, table));
    for (let at = 0; at < rows.length; at += ROWS_AT_ONCE)
      await insert(target, table, rows.slice(at, at + ROWS_AT_ONCE));
    const [given, there] = [rows, await rowsOf(target, table)].map((all) =>
      all.map((row) => comparable(row, table)).sort(),
    );
    if (JSON.stringify(given) !== JSON.stringify(there)) {
      throw new Error(`PostgreSQL does not hold the rows of ${table.name} as they were copied.`);
    }
    copied += rows.length;
  }
  return copied;
}

/** Each after those that its rows refer to. */
async function tablesOf(db: Kysely<Schema>): Promise<Table[]> {
  const left = (await db.introspection.getTables()).filter(({ name }) => !name.startsWith("daybook_log"));
  const ordered: Table[] = [];
  const references = await referencesOf(db, left);
  while (left.length > 0) {
    const next = left.findIndex(({ name }) =>
      references.every(({ from, to }) => from !== name || to === name || !left.some((table) => table.name === to)),
    );
    if (next < 0) throw new Error("tables of identity refer to one another in a circle");
    ordered.push(...left.splice(next, 1));
  }
  return ordered;
}

async function referencesOf(db: Kysely<Schema>, tables: readonly Table[]): Promise<{ from: string; to: string }[]> {
  const isPostgres = tables.some(({ columns }) => columns.some(({ dataType }) => dataType === "int8"));
  // Only where rows are written does their order count.
  if (!isPostgres) return [];
  const { rows } = await sql<{ from: string; to: string }>`
    select child.relname as "from", parent.relname as "to" from pg_constraint
    join pg_class child on child.oid = conrelid join pg_class parent on parent.oid = confrelid
    where contype = 'f'`.execute(db);
  return rows;
}

async function rowsOf(db: Kysely<Schema>, { name, columns }: Table): Promise<Row[]> {
  const names = columns.map((column) => sql.ref(column.name));
  return (await sql<Row>`select ${sql.join(names)} from ${sql.table(name)}`.execute(db)).rows;
}

async function insert(db: Kysely<Schema>, { name, columns }: Table, rows: readonly Row[]): Promise<void> {
  const names = columns.map((column) => sql.ref(column.name));
  const values = rows.map((row) => sql`(${sql.join(columns.map((column) => row[column.name]))})`);
  await sql`insert into ${sql.table(name)} (${sql.join(names)}) values ${sql.join(values)}`.execute(db);
}

/** SQLite has numbers for truth values. */
function converted(row: Row, { columns }: Table): Row {
  return Object.fromEntries(
    columns.map(({ name, dataType }) => {
      const value = row[name] ?? null;
      return [name, dataType === "bool" && value !== null ? Boolean(value) : value];
    }),
  );
}

/** One text for what is the same: times are texts in SQLite and dates in PostgreSQL. */
function comparable(row: Row, { columns }: Table): string {
  const values = columns.map(({ name, dataType }) => {
    const value = row[name];
    return dataType.startsWith("timestamp") && value !== null ? new Date(value as string | Date).getTime() : value;
  });
  return JSON.stringify(values);
}
