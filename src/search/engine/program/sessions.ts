import { drainPending, Session } from "chdb";

/**
 * Statements that run side by side: a connection to the engine takes one at a time, so there are several on the one directory. Inserts
 * have a connection of their own, so that no query waits for one.
 */
const READERS = 3;
/** Statements without rows are written by this process; the longest hold some thousand values. The engine's own limit is 256 KiB. */
const SETTINGS = "SET max_query_size = 67108864";

interface Waiting {
  readonly sql: string;
  readonly resolve: (result: Promise<Uint8Array>) => void;
  readonly reject: (error: Error) => void;
}

export class Sessions {
  private readonly writer: Session;
  private readonly readers: Session[];
  private readonly control: Session;
  private readonly idle: Session[];
  private readonly queue: Waiting[] = [];

  private constructor(sessions: [Session, Session, ...Session[]]) {
    [this.writer, this.control, ...this.readers] = sessions;
    this.idle = [...this.readers];
  }

  /** @throws what the engine says of the directory. */
  static async open(directory: string): Promise<Sessions> {
    const opened: Session[] = [];
    try {
      for (let count = 0; count < READERS + 2; count++) {
        const session = new Session(directory);
        opened.push(session);
        await session.queryAsync(SETTINGS);
      }
      return new Sessions(opened as [Session, Session, ...Session[]]);
    } catch (error) {
      for (const session of opened) session.close();
      throw error;
    }
  }

  async write(sql: string): Promise<Uint8Array> {
    return (await this.writer.queryAsync(sql)).bytes();
  }

  /** Waits for its turn. @throws the signal's reason when it aborts before; what runs, `kill` ends. */
  read(sql: string, signal: AbortSignal): Promise<Uint8Array> {
    signal.throwIfAborted();
    const session = this.idle.pop();
    if (session) return this.readWith(session, sql);
    return new Promise((resolve, reject) => {
      const waiting = { sql, resolve, reject };
      this.queue.push(waiting);
      signal.addEventListener("abort", () => {
        const at = this.queue.indexOf(waiting);
        if (at < 0) return;
        this.queue.splice(at, 1);
        reject(signal.reason);
      });
    });
  }

  /** Ends the running statement that begins with this comment. */
  async kill(comment: string): Promise<void> {
    await this.control.queryAsync(`KILL QUERY WHERE startsWith(query, '${comment}') ASYNC`);
  }

  /** Resolves once what runs has ended. */
  async close(): Promise<void> {
    await drainPending();
    for (const session of [this.writer, this.control, ...this.readers]) session.close();
    await drainPending();
  }

  private async readWith(session: Session, sql: string): Promise<Uint8Array> {
    try {
      return (await session.queryAsync(sql)).bytes();
    } finally {
      const next = this.queue.shift();
      if (next) next.resolve(this.readWith(session, next.sql));
      else this.idle.push(session);
    }
  }
}
