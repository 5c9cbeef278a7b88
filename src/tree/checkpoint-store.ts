import { mkdirSync } from "node:fs";
import { join } from "node:path";
import Database from "libsql";
import type { Predecessor } from "./contract.ts";

/** A signed head as it is kept. */
export interface KeptCheckpoint {
  readonly organization: string;
  readonly size: number;
  readonly root: Uint8Array;
  /** Milliseconds since the Unix epoch. */
  readonly signedAt: number;
}

/** One line under a checkpoint: of the log's own keys, later also of witnesses. */
export interface KeptSignature {
  /** Null for the log's own keys, whose name is the checkpoint's origin. */
  readonly name: string | null;
  /** Key id (4 bytes) and signature, as a signed note has them. */
  readonly signature: Uint8Array;
}

/**
 * Every checkpoint that was ever signed for a log, one file a log. Not derived: what is in here may be in a stranger's hands, so nothing is ever
 * changed, removed or created again. It is durable before it is given to anybody: `synchronous = FULL` syncs the write-ahead log in every commit.
 */
export class CheckpointStore {
  private readonly database: Database.Database;
  private readonly statements: ReturnType<typeof prepare>;
  /** Each organization's newest. */
  private readonly newest = new Map<string, KeptCheckpoint>();

  private constructor(database: Database.Database) {
    this.database = database;
    this.statements = prepare(database);
    for (const row of this.statements.newest.all() as KeptCheckpoint[]) {
      this.newest.set(row.organization, { ...row, root: bytes(row.root) });
    }
  }

  /** @throws SqliteError, also for a damaged file: a person has to restore it. */
  static open(directory: string, logId: string): CheckpointStore {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const database = new Database(join(directory, `${logId}.db`));
    try {
      database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
      database.exec(TABLES);
      return new CheckpointStore(database);
    } catch (error) {
      database.close();
      throw error;
    }
  }

  /** Nothing was signed yet, or what was is gone. */
  get isEmpty(): boolean {
    return this.newest.size === 0;
  }

  organizations(): IterableIterator<KeptCheckpoint> {
    return this.newest.values();
  }

  latest(organization: string): KeptCheckpoint | undefined {
    return this.newest.get(organization);
  }

  at(organization: string, size: number): KeptCheckpoint | undefined {
    const row = this.statements.at.get(organization, size) as KeptCheckpoint | undefined;
    return row && { ...row, root: bytes(row.root) };
  }

  /** In the order they were made. */
  signatures({ organization, size }: KeptCheckpoint): KeptSignature[] {
    const rows = this.statements.signatures.all(organization, size) as KeptSignature[];
    return rows.map(({ name, signature }) => ({ name, signature: bytes(signature) }));
  }

  /**
   * Makes checkpoints and their signatures durable, all in one commit; further signatures of a checkpoint that is kept are added to it.
   * @param now milliseconds since the Unix epoch.
   * @throws SqliteError when one is neither kept nor larger than the organization's last.
   */
  add(signed: readonly { checkpoint: KeptCheckpoint; signatures: readonly KeptSignature[] }[], now: number): void {
    if (signed.length === 0) return;
    this.database.exec("BEGIN IMMEDIATE");
    try {
      for (const { checkpoint, signatures } of signed) {
        const { organization, size, root, signedAt } = checkpoint;
        if (!this.newest.has(organization)) this.statements.organization.run(organization);
        if (!this.isKept(checkpoint)) {
          this.statements.checkpoint.run(size, Buffer.from(root), signedAt, organization);
        }
        for (const { name, signature } of signatures) {
          this.statements.signature.run(size, name, Buffer.from(signature), now, organization);
        }
      }
      this.database.exec("COMMIT");
    } catch (error) {
      if (this.database.inTransaction) this.database.exec("ROLLBACK");
      throw error;
    }
    for (const { checkpoint } of signed) {
      const { organization, size } = checkpoint;
      if (size > (this.newest.get(organization)?.size ?? 0)) this.newest.set(organization, checkpoint);
    }
  }

  private isKept({ organization, size }: KeptCheckpoint): boolean {
    const newest = this.newest.get(organization)?.size ?? 0;
    return size === newest || (size < newest && this.at(organization, size) !== undefined);
  }

  /** Makes further signatures of a checkpoint that is kept durable. @throws RangeError when there is none of that size. */
  addSignatures(organization: string, size: number, signatures: readonly KeptSignature[], now: number): void {
    if (this.at(organization, size) === undefined) throw new RangeError(`no checkpoint of ${size} entries was signed`);
    for (const { name, signature } of signatures) {
      this.statements.signature.run(size, name, Buffer.from(signature), now, organization);
    }
  }

  /** Logs that this one was before, newest first. */
  predecessors(organization: string): Predecessor[] {
    return this.statements.predecessors.all(organization) as Predecessor[];
  }

  /** Durable, all in one commit. */
  addPredecessors(rows: readonly (Predecessor & { readonly organization: string })[]): void {
    this.database.exec("BEGIN IMMEDIATE");
    try {
      for (const { organization, logId, size, signedSize, restoredAt, statement } of rows) {
        this.statements.predecessor.run(organization, logId, size, signedSize, restoredAt, statement);
      }
      this.database.exec("COMMIT");
    } catch (error) {
      if (this.database.inTransaction) this.database.exec("ROLLBACK");
      throw error;
    }
  }

  close(): void {
    this.database.close();
  }
}

/** `all` gives blobs as ArrayBuffer, unlike `get`. */
function bytes(blob: Uint8Array | ArrayBuffer): Uint8Array {
  return new Uint8Array(blob);
}

/** The triggers guard against our own mistakes, and against whoever opens the file and means well. */
const TABLES = `
  CREATE TABLE IF NOT EXISTS organizations (key INTEGER PRIMARY KEY, organization TEXT NOT NULL UNIQUE);
  CREATE TABLE IF NOT EXISTS checkpoints (
    organization INTEGER NOT NULL,
    size INTEGER NOT NULL CHECK (size > 0),
    root BLOB NOT NULL CHECK (length(root) = 32),
    signed_at INTEGER NOT NULL,
    PRIMARY KEY (organization, size)
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS signatures (
    organization INTEGER NOT NULL,
    size INTEGER NOT NULL,
    signature BLOB NOT NULL,
    name TEXT,
    signed_at INTEGER NOT NULL,
    PRIMARY KEY (organization, size, signature)
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS predecessors (
    organization TEXT NOT NULL,
    log_id TEXT NOT NULL,
    size INTEGER NOT NULL,
    signed_size INTEGER NOT NULL,
    restored_at INTEGER NOT NULL,
    statement TEXT NOT NULL,
    PRIMARY KEY (organization, log_id)
  ) WITHOUT ROWID;
  CREATE TRIGGER IF NOT EXISTS checkpoints_grow BEFORE INSERT ON checkpoints
    WHEN EXISTS (SELECT 1 FROM checkpoints WHERE organization = NEW.organization AND size >= NEW.size)
    BEGIN SELECT RAISE(ABORT, 'a checkpoint must be larger than the last'); END;
  ${["checkpoints", "signatures", "organizations", "predecessors"]
    .flatMap((table) => ["UPDATE", "DELETE"].map((change) => [table, change]))
    .map(
      ([table, change]) => `CREATE TRIGGER IF NOT EXISTS ${table}_no_${change} BEFORE ${change} ON ${table}
    BEGIN SELECT RAISE(ABORT, 'checkpoints are never changed'); END;`,
    )
    .join("\n  ")}
`;

/** Of an organization, newest first. */
export const READ_PREDECESSORS = `SELECT log_id AS logId, size, signed_size AS signedSize, restored_at AS restoredAt, statement
  FROM predecessors WHERE organization = ? ORDER BY restored_at DESC`;

function prepare(database: Database.Database) {
  const key = "(SELECT key FROM organizations WHERE organization = ?)";
  return {
    newest: database.prepare(
      `SELECT o.organization AS organization, c.size AS size, c.root AS root, c.signed_at AS signedAt
       FROM organizations o JOIN checkpoints c ON c.organization = o.key
        AND c.size = (SELECT max(size) FROM checkpoints WHERE organization = o.key)`,
    ),
    at: database.prepare(
      `SELECT o.organization AS organization, c.size AS size, c.root AS root, c.signed_at AS signedAt
       FROM organizations o JOIN checkpoints c ON c.organization = o.key WHERE o.organization = ? AND c.size = ?`,
    ),
    organization: database.prepare("INSERT INTO organizations (organization) VALUES (?) ON CONFLICT DO NOTHING"),
    checkpoint: database.prepare(
      `INSERT INTO checkpoints (size, root, signed_at, organization) VALUES (?, ?, ?, ${key})`,
    ),
    signature: database.prepare(
      `INSERT INTO signatures (size, name, signature, signed_at, organization) VALUES (?, ?, ?, ?, ${key})
       ON CONFLICT DO NOTHING`,
    ),
    predecessors: database.prepare(READ_PREDECESSORS),
    predecessor: database.prepare(
      `INSERT INTO predecessors (organization, log_id, size, signed_size, restored_at, statement)
       VALUES (?, ?, ?, ?, ?, ?)`,
    ),
    signatures: database.prepare(
      `SELECT s.name AS name, s.signature AS signature FROM signatures s JOIN organizations o ON o.key = s.organization
       WHERE o.organization = ? AND s.size = ? ORDER BY s.signed_at`,
    ),
  };
}
