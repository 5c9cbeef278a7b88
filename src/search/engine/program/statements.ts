import { setTimeout as pause } from "node:timers/promises";
import type { Statement } from "../statement.ts";
import { withLiterals } from "./literals.ts";
import type { Sessions } from "./sessions.ts";

/** As a server answers it: the statement can be sent again. */
const SAME_ID =
  "Code: 216. DB::Exception: A statement with this id is already running. (QUERY_WITH_SAME_ID_IS_ALREADY_RUNNING)";
/** An insert is not cancelled: it is short, and what it leaves is known only once it has ended. */
const INSERT = /^\s*INSERT\s/i;
/** How often a cancelled statement is looked for. An insert is never found: it ends by itself. */
const KILL_AGAIN_MS = 100;

/** The statements that run or wait, by the number that the server gave them. */
export class Statements {
  private readonly sessions: Sessions;
  private readonly running = new Map<number, AbortController>();
  private readonly queryIds = new Set<string>();

  constructor(sessions: Sessions) {
    this.sessions = sessions;
  }

  /** @throws what the engine answers, and RangeError for values that are not of their types. */
  async run(id: number, statement: Statement): Promise<Uint8Array> {
    const { queryId } = statement;
    if (queryId !== undefined && this.queryIds.has(queryId)) throw new Error(SAME_ID);
    const sql = withLiterals(statement);
    const cancelled = new AbortController();
    if (queryId !== undefined) this.queryIds.add(queryId);
    this.running.set(id, cancelled);
    try {
      if (statement.rows !== undefined) return await this.sessions.insert(sql, statement.rows);
      if (INSERT.test(statement.sql)) return await this.sessions.write(sql);
      return await this.sessions.read(`${commentOf(id)} ${sql}`, cancelled.signal);
    } finally {
      this.running.delete(id);
      if (queryId !== undefined) this.queryIds.delete(queryId);
    }
  }

  /** @throws when the engine cannot be asked to end it. */
  async cancel(id: number): Promise<void> {
    const running = this.running.get(id);
    if (running === undefined) return;
    running.abort(new Error("The statement was cancelled before it began."));
    // One that was handed over a moment ago is not among the engine's yet.
    for (; this.running.has(id); await pause(KILL_AGAIN_MS)) await this.sessions.kill(commentOf(id));
  }

  async close(): Promise<void> {
    const cancelled = await Promise.allSettled([...this.running.keys()].map((id) => this.cancel(id)));
    await this.sessions.close();
    for (const one of cancelled) if (one.status === "rejected") throw one.reason;
  }
}

/** How a running statement is found again: chDB gives its own ids. */
function commentOf(id: number): string {
  return `/*daybook ${id}*/`;
}
