import type Database from "libsql";
import { type FollowerState, openFollowerDatabase } from "../follower-database.ts";
import type { Memory } from "./contract.ts";

const DATABASE = {
  file: "alerts.db",
  schema: 1,
  tables: `
    CREATE TABLE follower (log_id TEXT NOT NULL, schema INTEGER NOT NULL, position INTEGER NOT NULL) STRICT;
    CREATE TABLE learned (alert TEXT PRIMARY KEY, revision INTEGER NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE memory (
      alert TEXT NOT NULL, part TEXT NOT NULL, key TEXT NOT NULL, at INTEGER NOT NULL, numbers TEXT NOT NULL,
      PRIMARY KEY (alert, part, key)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX memory_at ON memory (alert, part, at);`,
} as const;

/** How often expired memory is removed. */
const FORGET_MS = 60_000;

/**
 * The memory of alerts, and the position of the log that it belongs to: `alerts/alerts.db`. Both are committed together, after the firings were
 * stored. So what a crash interrupted is evaluated again from the same memory, with the same firings. The file can be deleted: it is learned from
 * the log again.
 */
export class AlertState {
  private readonly database: Database.Database;
  private readonly statements: ReturnType<typeof prepare>;
  private at: number;

  /** @param end of the log. @throws SqliteError */
  constructor(directory: string, log: { readonly id: string; readonly end: number }) {
    const { database, state } = openFollowerDatabase<FollowerState>(directory, DATABASE, log);
    this.database = database;
    this.statements = prepare(database);
    this.at = state.position;
  }

  /** The next position of the log to evaluate. 0: it has not begun. */
  get position(): number {
    return this.at;
  }

  /** Does all of `work`, or nothing of it. One at a time. @param end the position that is reached with it. */
  async commit(end: number, work: () => Promise<void>): Promise<void> {
    this.database.exec("BEGIN");
    try {
      await work();
      this.statements.reach.run(end);
      this.database.exec("COMMIT");
      this.at = end;
    } catch (error) {
      this.database.exec("ROLLBACK");
      throw error;
    }
  }

  /** Goes on from a position of which nothing is remembered. It is kept by the next commit: a crash before reads from an earlier one again. */
  pass(end: number): void {
    this.at = end;
  }

  /** Whether this alert has learned from what the log held before it was created. */
  hasLearned(alert: string, revision: number): boolean {
    const row = this.statements.learned.get(alert) as { revision: number } | undefined;
    return row?.revision === revision;
  }

  noteLearned(alert: string, revision: number): void {
    this.statements.learn.run(alert, revision);
  }

  /** Removes the memory of alerts that were deleted. */
  keepOnly(alerts: ReadonlySet<string>): void {
    for (const { alert } of this.statements.all.all() as { alert: string }[])
      if (!alerts.has(alert)) this.forget(alert);
  }

  forget(alert: string): void {
    this.statements.drop.run(alert);
    this.statements.unlearn.run(alert);
  }

  memoryOf(alert: string, part: string): Memory {
    const { get, set, remove, oldest, forget } = this.statements;
    let forgotten = Number.NEGATIVE_INFINITY;
    return {
      get(key) {
        const row = get.get(alert, part, key) as { numbers: string } | undefined;
        return row && (JSON.parse(row.numbers) as number[]);
      },
      set(key, at, numbers) {
        set.run(alert, part, key, at, JSON.stringify(numbers));
      },
      delete(key) {
        remove.run(alert, part, key);
      },
      oldest() {
        const row = oldest.get(alert, part) as { key: string; at: number; numbers: string } | undefined;
        return row && { key: row.key, at: row.at, numbers: JSON.parse(row.numbers) as number[] };
      },
      forget(before) {
        if (before - forgotten < FORGET_MS) return;
        forgotten = before;
        forget.run(alert, part, before);
      },
    };
  }

  close(): void {
    this.database.close();
  }
}

function prepare(database: Database.Database) {
  return {
    reach: database.prepare("UPDATE follower SET position = ?"),
    all: database.prepare("SELECT alert FROM learned"),
    learned: database.prepare("SELECT revision FROM learned WHERE alert = ?"),
    learn: database.prepare("INSERT OR REPLACE INTO learned (alert, revision) VALUES (?, ?)"),
    unlearn: database.prepare("DELETE FROM learned WHERE alert = ?"),
    drop: database.prepare("DELETE FROM memory WHERE alert = ?"),
    get: database.prepare("SELECT numbers FROM memory WHERE alert = ? AND part = ? AND key = ?"),
    set: database.prepare("INSERT OR REPLACE INTO memory (alert, part, key, at, numbers) VALUES (?, ?, ?, ?, ?)"),
    remove: database.prepare("DELETE FROM memory WHERE alert = ? AND part = ? AND key = ?"),
    oldest: database.prepare(
      "SELECT key, at, numbers FROM memory WHERE alert = ? AND part = ? ORDER BY at, key LIMIT 1",
    ),
    forget: database.prepare("DELETE FROM memory WHERE alert = ? AND part = ? AND at < ?"),
  };
}
