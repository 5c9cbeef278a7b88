import type Database from "libsql";
import { decodeId } from "../event/codec.ts";
import type { Follower } from "../follower.ts";
import { openFollowerDatabase } from "../follower-database.ts";
import type { LogReader } from "../log/contract.ts";

/**
 * Which ids an organization has used, and where. A follower: deleting its directory costs only the time to read the log again.
 *
 * Exact, not probabilistic, and on disk, because an id holds for ever. The rows and the position they reach are committed in one
 * transaction, so after a crash it stands at some earlier position and reads on.
 */
export class Ids implements Follower {
  readonly name = "ids";
  private readonly database: Database.Database;
  private readonly advance: Database.Statement;
  private readonly insert: Database.Statement;
  private readonly select: Database.Statement;
  private waiting: { readonly position: number; readonly reached: () => void }[] = [];
  #position: number;

  private constructor(database: Database.Database, position: number) {
    this.database = database;
    this.#position = position;
    this.insert = database.prepare(
      `INSERT INTO ids (organization, id, position)
       SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?) WHERE true ON CONFLICT DO NOTHING`,
    );
    this.advance = database.prepare("UPDATE follower SET position = ?");
    this.select = database.prepare(
      `SELECT asked.key AS place, ids.position AS position FROM json_each(?) AS asked
       JOIN ids ON ids.organization = asked.value ->> 0 AND ids.id = asked.value ->> 1`,
    );
  }

  /**
   * Opens the directory, or starts it anew where it is no database, is of another schema, belongs to another log, or has read more than
   * this log holds (one that was put back from a backup).
   */
  static open(directory: string, log: Pick<LogReader, "id" | "end">): Ids {
    const { database, state } = openFollowerDatabase(directory, TABLES, log);
    return new Ids(database, state.position);
  }

  get position(): number {
    return this.#position;
  }

  /**
   * For each pair of organization and id, the position it was first recorded at, as far as this follower has read; undefined
   * where it has not seen it.
   */
  find(asked: readonly (readonly [organization: string, id: string])[]): (number | undefined)[] {
    const found: (number | undefined)[] = new Array(asked.length);
    for (const row of this.select.all(JSON.stringify(asked)) as { place: number; position: number }[]) {
      found[row.place] = row.position;
    }
    return found;
  }

  /** Resolves once it has read every position below `position`; not before it follows the log, and not when it stops doing so. */
  async reached(position: number): Promise<void> {
    if (this.#position >= position) return;
    await new Promise<void>((reached) => this.waiting.push({ position, reached }));
  }

  async follow(log: LogReader, signal: AbortSignal): Promise<void> {
    for await (const entries of log.follow(this.#position, signal)) {
      const rows = entries.map((entry) => [entry.organization, decodeId(entry.header), entry.position] as const);
      // In the order of the key, which takes a third of the time that the order of arrival takes.
      rows.sort((a, b) => compare(a[0], b[0]) || compare(a[1], b[1]));
      const end = (entries.at(-1)?.position ?? this.#position - 1) + 1;
      this.commit(JSON.stringify(rows), end);
      this.#position = end;
      for (const { position, reached } of this.waiting) if (position <= end) reached();
      this.waiting = this.waiting.filter(({ position }) => position > end);
    }
  }

  close(): void {
    this.database.close();
  }

  /** Not by libsql's own `transaction`: on a full disk SQLite itself rolls back, and rolling back once more would hide why. */
  private commit(rows: string, end: number): void {
    this.database.exec("BEGIN");
    try {
      this.insert.run(rows);
      this.advance.run(end);
      this.database.exec("COMMIT");
    } catch (error) {
      if (this.database.inTransaction) this.database.exec("ROLLBACK");
      throw error;
    }
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

const TABLES = {
  file: "ids.db",
  schema: 1,
  tables: `
  CREATE TABLE ids (
    organization TEXT NOT NULL,
    id TEXT NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (organization, id)
  ) WITHOUT ROWID;
  CREATE TABLE follower (log_id TEXT NOT NULL, schema INTEGER NOT NULL, position INTEGER NOT NULL);
`,
};
