import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import Database from "libsql";
import type { CheckpointSignature } from "../checkpoint-signature.ts";
import { type KeptSignature, READ_PREDECESSORS } from "./checkpoint-store.ts";
import type { Predecessor } from "./contract.ts";
import { READ_TILE } from "./tile-store.ts";

/** What is stored of trees and checkpoints, for whoever compares it with the log: reads and never writes, beside a server that runs or without one. */

/** Why a file cannot be compared with anything; undefined where there is none at all. */
export type Unreadable = { readonly unreadable: string } | undefined;

/** The tiles of every organization as they are in `tree/`. */
export class StoredTrees {
  /** Positions below it are in the tiles. */
  readonly position: number;
  /** Leaf hash of the entry before `position`; undefined at the log's beginning. */
  readonly lastLeaf: Uint8Array | undefined;
  /** Each organization's leaves, as of the opening. */
  readonly organizations: readonly { readonly organization: string; readonly key: number; readonly size: number }[];
  private readonly database: Database.Database;
  private readonly read: Database.Statement;

  private constructor(database: Database.Database, state: { position: number; last_leaf: Uint8Array | null }) {
    this.database = database;
    this.position = state.position;
    this.lastLeaf = state.last_leaf === null ? undefined : new Uint8Array(state.last_leaf);
    this.organizations = database.prepare("SELECT key, organization, size FROM organizations").all() as {
      organization: string;
      key: number;
      size: number;
    }[];
    this.read = database.prepare(READ_TILE);
  }

  /** @returns undefined where there is none yet, or it is another log's: a start makes it again. */
  static open(directory: string, logId: string, thoroughly: boolean): StoredTrees | Unreadable {
    return reading(join(directory, "tree.db"), thoroughly, (database) => {
      const state = database
        .prepare(`SELECT ${bytes("log_id")}, ${whole("position")}, ${bytes("last_leaf")} FROM follower`)
        .get() as { log_id: Uint8Array; position: number; last_leaf: Uint8Array | null } | undefined;
      if (state !== undefined && textOf(state.log_id) === logId) return new StoredTrees(database, state);
      database.close();
      return undefined;
    });
  }

  tile(key: number, level: number, index: number): { hashes: Buffer; positions: Buffer | null } | undefined {
    return this.read.get(key, level, index) as { hashes: Buffer; positions: Buffer | null } | undefined;
  }

  close(): void {
    this.database.close();
  }
}

/** A checkpoint as it is kept, with its log's own signatures and those of witnesses. */
export interface StoredCheckpoint {
  readonly size: number;
  readonly root: Uint8Array;
}

/** Everything that was signed for one log, as it is in `checkpoints/`. */
export class StoredCheckpoints {
  private readonly database: Database.Database;
  private readonly nextOne: Database.Statement;
  private readonly signaturesOf: Database.Statement;
  private readonly keys: Database.Statement;

  private constructor(database: Database.Database) {
    this.database = database;
    this.keys = database.prepare(`SELECT ${whole("key")}, ${bytes("organization")} FROM organizations ORDER BY 1`);
    this.nextOne = database.prepare(
      `SELECT ${whole("size")}, ${bytes("root")} FROM checkpoints WHERE organization = ? AND size > ? ORDER BY size LIMIT 1`,
    );
    this.signaturesOf = database.prepare(
      `SELECT ${bytes("name")}, ${bytes("signature")} FROM signatures WHERE organization = ? AND size = ?`,
    );
  }

  /** @returns undefined where nothing was signed yet. */
  static open(directory: string, logId: string, thoroughly: boolean): StoredCheckpoints | Unreadable {
    return reading(join(directory, `${logId}.db`), thoroughly, (database) => new StoredCheckpoints(database));
  }

  organizations(): { key: number; organization: string }[] {
    const rows = this.keys.all() as { key: number; organization: ArrayBuffer }[];
    return rows.map(({ key, organization }) => ({ key, organization: textOf(organization) }));
  }

  /** The smallest one that covers more than `size` entries. */
  next(key: number, size: number): StoredCheckpoint | undefined {
    const row = this.nextOne.get(key, size) as StoredCheckpoint | undefined;
    return row && { ...row, root: new Uint8Array(row.root) };
  }

  signatures(key: number, size: number): KeptSignature[] {
    const rows = this.signaturesOf.all(key, size) as { name: ArrayBuffer | null; signature: ArrayBuffer }[];
    return rows.map(({ name, signature }) => ({
      name: name === null ? null : textOf(name),
      signature: new Uint8Array(signature),
    }));
  }

  /** Every signature, in the order in which the checkpoints were signed. */
  *all(): Generator<CheckpointSignature, void, undefined> {
    // Also where the clock was set back, the checkpoints of an organization come in the order of their sizes.
    const rows = this.database
      .prepare(
        `SELECT c.organization, c.size, c.root, c.signedAt, s.name, s.signature FROM
           (SELECT o.key AS key, o.organization AS organization, size, root, signed_at AS signedAt,
              max(signed_at) OVER (PARTITION BY o.key ORDER BY size) AS latest
            FROM checkpoints JOIN organizations o ON o.key = checkpoints.organization) c
         JOIN signatures s ON s.organization = c.key AND s.size = c.size
         ORDER BY c.latest, c.key, c.size, s.signed_at`,
      )
      .iterate() as IterableIterator<CheckpointSignature>;
    for (const { root, signature, ...row } of rows) {
      yield { ...row, root: new Uint8Array(root), signature: new Uint8Array(signature) };
    }
  }

  /** Logs that this one was before, newest first. */
  predecessors(organization: string): Predecessor[] {
    return this.database.prepare(READ_PREDECESSORS).all(organization) as Predecessor[];
  }

  /** Rows that belong to no checkpoint or organization: nobody but a stranger to this program makes them. */
  strays(): number {
    const { strays } = this.database
      .prepare(
        `SELECT (SELECT count(*) FROM checkpoints WHERE organization NOT IN (SELECT key FROM organizations)) +
                (SELECT count(*) FROM signatures s WHERE NOT EXISTS
                  (SELECT 1 FROM checkpoints c WHERE c.organization = s.organization AND c.size = s.size)) AS strays`,
      )
      .get() as { strays: number };
    return strays;
  }

  close(): void {
    this.database.close();
  }
}

/** Columns of a damaged file can hold anything, also text that is not UTF-8. So everything is read as bytes or as a number. */
function bytes(column: string): string {
  return `CAST(${column} AS BLOB) AS ${column}`;
}

function whole(column: string): string {
  return `CAST(${column} AS INTEGER) AS ${column}`;
}

/** Text that is not UTF-8 becomes a name that nothing has. */
function textOf(blob: Uint8Array | ArrayBuffer): string {
  return Buffer.from(new Uint8Array(blob)).toString("utf8");
}

/** @param thoroughly has SQLite look through the whole file first, and nothing else of this process runs meanwhile. */
function reading<T>(path: string, thoroughly: boolean, open: (database: Database.Database) => T): T | Unreadable {
  if (!existsSync(path)) return undefined;
  let database: Database.Database | undefined;
  try {
    database = new Database(path);
    database.exec("PRAGMA query_only = 1");
    if (thoroughly) {
      const { fault } = database
        .prepare("SELECT CAST(integrity_check AS BLOB) AS fault FROM pragma_integrity_check(1)")
        .get() as { fault: Uint8Array };
      if (textOf(fault) !== "ok") throw new Error(textOf(fault));
      // SQLite takes what is missing of a page for zeros, which can be what was there.
      const { page_size: pageBytes } = database.prepare("PRAGMA page_size").get() as { page_size: number };
      if (statSync(path).size % pageBytes !== 0) throw new Error("its last page is cut short");
    }
    return open(database);
  } catch (error) {
    database?.close();
    return { unreadable: error instanceof Error ? error.message : String(error) };
  }
}
