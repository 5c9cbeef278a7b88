import { randomUUID } from "node:crypto";
import type { Connection } from "./connection.ts";

/** The newest version of the tables that this Daybook knows. */
const VERSION = 4;
/** The version of a log whose batches are all in rows. Earlier ones compressed them in another way, before any release. */
const VERSION_AT_FIRST = 3;
/** A number that nobody else uses as an advisory lock in this database: "dblog" in ASCII. */
const ADVISORY_LOCK = 0x64_62_6c_6f_67;

/** Which Daybook has the lease. The tables of an older one do not have these columns. */
const LEADER_RELEASE = ["version text not null default 'an earlier version'", "generation integer not null default 1"];

/**
 * `daybook_log`: the one log of this database. `…_lease`: who can append, and which Daybook that is. `…_batch`: what was appended, as it is in the files of every node.
 * `…_checkpoint`: each signature under a checkpoint. An epoch is never used twice, even if the lease's row was deleted.
 */
const TABLES = `
  create table if not exists daybook_log (
    only_one boolean primary key default true check (only_one),
    id uuid not null unique,
    version integer not null,
    public_key bytea,
    created_at timestamptz not null default now()
  );
  create sequence if not exists daybook_log_epoch;
  create table if not exists daybook_log_lease (
    log uuid primary key references daybook_log (id),
    epoch bigint not null,
    holder uuid not null,
    address text,
    token text not null,
    expires timestamptz not null,
    ${LEADER_RELEASE.join(", ")}
  );
  create table if not exists daybook_log_batch (
    log uuid not null references daybook_log (id),
    first_position bigint not null,
    entries integer not null check (entries > 0),
    epoch bigint not null,
    recorded_at bigint not null,
    previous_hash bytea not null,
    chain_hash bytea not null,
    segment_header bytea,
    compressed bytea not null,
    primary key (log, first_position)
  );
  alter table daybook_log_batch alter column compressed set storage external;
  create table if not exists daybook_log_checkpoint (
    serial bigserial primary key,
    log uuid not null references daybook_log (id),
    organization text collate "C" not null,
    size bigint not null check (size > 0),
    root bytea not null,
    signed_at bigint not null,
    name text,
    signature bytea not null,
    epoch bigint not null,
    unique (log, organization, size, signature)
  );
`;

/** `daybook_log_segment`: the segments that are in the archive instead of rows. The database of an older Daybook has no such table. */
const SEGMENT_TABLE = `
  create table if not exists daybook_log_segment (
    log uuid not null references daybook_log (id),
    first_position bigint not null,
    entries integer not null check (entries > 0),
    epoch bigint not null,
    previous_hash bytea not null,
    chain_hash bytea not null,
    name text not null,
    bytes integer not null,
    archived_at timestamptz not null default now(),
    primary key (log, first_position)
  );
  create index if not exists daybook_log_batch_segment on daybook_log_batch (log, first_position) where segment_header is not null;
`;

/** Creates the tables and the log if they are missing. If several nodes start at once, one of them does it. @returns the log's id. */
export async function openTables(connection: Connection): Promise<string> {
  let id: string | undefined;
  await connection.transaction(async () => {
    await lockTables(connection);
    id = await findLog(connection);
    if (id !== undefined) return addWhatIsNew(connection);
    await requireNoOtherLog(connection);
    id = randomUUID();
    await createLog(connection, id);
  });
  if (id === undefined) throw new Error("a log that was opened has an id");
  return id;
}

/** What the tables of an older Daybook lack. Only then: a change of a table waits for all who use it. */
async function addWhatIsNew(connection: Connection): Promise<void> {
  const [known] = await connection.query<{ segments: boolean; releases: boolean }>(
    `select to_regclass('daybook_log_segment') is not null as segments, exists (select from pg_attribute
       where attrelid = 'daybook_log_lease'::regclass and attname = 'generation' and not attisdropped) as releases`,
  );
  if (known?.segments !== true) await connection.query(SEGMENT_TABLE);
  if (known?.releases !== true) {
    await connection.query(
      `alter table daybook_log_lease ${LEADER_RELEASE.map((column) => `add ${column}`).join(", ")}`,
    );
  }
}

/** Nobody else creates a log until the transaction ends. */
export async function lockTables(connection: Connection): Promise<void> {
  await connection.query("select pg_advisory_xact_lock($1)", [ADVISORY_LOCK]);
}

/** @returns the log's id; undefined where there is none. @throws Error when a newer Daybook wrote it, or one from before the first release. */
export async function findLog(connection: Connection): Promise<string | undefined> {
  const [known] = await connection.query<{ there: boolean }>("select to_regclass('daybook_log') is not null as there");
  if (known?.there !== true) return undefined;
  const [log] = await connection.query<{ id: string; version: number }>("select id, version from daybook_log");
  if (log === undefined)
    throw new Error("The database at LOG_URL has lost the row of its log: the table daybook_log is empty.");
  if (log.version > VERSION) {
    throw new Error(
      `The database at LOG_URL has version ${log.version}, this Daybook knows ${VERSION}: start the newer one.`,
    );
  }
  if (log.version < VERSION_AT_FIRST) {
    throw new Error(
      `The database at LOG_URL has version ${log.version}, which only development versions of Daybook wrote: give LOG_URL another database.`,
    );
  }
  return log.id;
}

/** Creates the tables and an empty log, within a transaction. @returns an epoch that no node has. */
export async function createLog(connection: Connection, id: string): Promise<string> {
  await connection.query(TABLES);
  await connection.query(SEGMENT_TABLE);
  await connection.query("insert into daybook_log (id, version) values ($1, $2)", [id, VERSION_AT_FIRST]);
  const [row] = await connection.query<{ epoch: string }>("select nextval('daybook_log_epoch') as epoch");
  if (row === undefined) throw new Error("a sequence has a next value");
  return row.epoch;
}

/** People, keys and permissions that belong to another log must not be mixed with this one. @throws Error if they are in this database. */
async function requireNoOtherLog(connection: Connection): Promise<void> {
  const [tables] = await connection.query<{ there: boolean }>("select to_regclass('delivered') is not null as there");
  if (tables?.there !== true) return;
  const [used] = await connection.query<{ there: boolean }>("select exists (select from delivered) as there");
  if (used?.there !== true) return;
  throw new Error(
    "The database at LOG_URL holds the identity of a Daybook whose log is in a data directory. Start that one without LOG_URL, or give LOG_URL another database.",
  );
}

/** Stores the newest of these keys as the one that signs, if none is stored or one of these is. @returns false if another key is stored. */
export async function takeKey(connection: Connection, [newest, ...older]: readonly Uint8Array[]): Promise<boolean> {
  if (newest === undefined) return false;
  const known = [newest, ...older].map((key) => Buffer.from(key));
  const rows = await connection.query(
    "update daybook_log set public_key = $1 where public_key is null or public_key = any($2::bytea[]) returning 1 as taken",
    [known[0], known],
  );
  return rows.length === 1;
}
