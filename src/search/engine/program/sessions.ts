import { drainPending, Session } from "chdb";
import { insertOf } from "./insert.ts";

/**
 * Statements that run side by side: a connection to the engine takes one at a time, so there are several on the one directory. Inserts
 * have a connection of their own, so that no query waits for one.
 */
const READERS = 4;
/** Statements without rows are written by this process; the longest hold some thousand values. The engine's own limit is 256 KiB. */
const SETTINGS = "SET max_query_size = 67108864";

const NOTHING = new Uint8Array();

interface Waiting {
  readonly sql: string;
  readonly signal: AbortSignal;
  readonly resolve: (result: Promise<Uint8Array>) => void;
  readonly reject: (error: Error) => void;
}

/**
 * A statement that is cancelled or fails can leave a part of its result in its connection, which chDB 3.4 then gives to the next statement
 * there. So such a connection is never used again: another one takes its place.
 */
export class Sessions {
  private readonly directory: string;
  private writer: Session;
  private readonly control: Session;
  private readonly readers: Set<Session>;
  private readonly idle: Session[];
  private readonly queue: Waiting[] = [];

  private constructor(directory: string, sessions: [Session, Session, ...Session[]]) {
    const [writer, control, ...readers] = sessions;
    this.directory = directory;
    this.writer = writer;
    this.control = control;
    this.readers = new Set(readers);
    this.idle = [...readers];
  }

  /** @throws what the engine says of the directory. */
  static async open(directory: string): Promise<Sessions> {
    const opened: Session[] = [];
    try {
      for (let count = 0; count < READERS + 2; count++) opened.push(await connect(directory));
      return new Sessions(directory, opened as [Session, Session, ...Session[]]);
    } catch (error) {
      for (const session of opened) session.close();
      throw error;
    }
  }

  /** One at a time. */
  write(sql: string): Promise<Uint8Array> {
    return this.replacedAfterFailure(async () => (await this.writer.queryAsync(sql)).bytes());
  }

  /** The same for a statement whose rows come beside it. @param sql without values. */
  insert(sql: string, rows: readonly Uint8Array[]): Promise<Uint8Array> {
    return this.replacedAfterFailure(async () => {
      const [values = NOTHING] = rows.length > 1 ? [Buffer.concat(rows)] : rows;
      await this.writer.insert({ ...insertOf(sql), values });
      return NOTHING;
    });
  }

  private async replacedAfterFailure(write: () => Promise<Uint8Array>): Promise<Uint8Array> {
    try {
      return await write();
    } catch (error) {
      this.writer = await this.another(this.writer);
      throw error;
    }
  }

  /** Waits for its turn. @throws the signal's reason when it aborts before; what runs, `kill` ends. */
  read(sql: string, signal: AbortSignal): Promise<Uint8Array> {
    signal.throwIfAborted();
    const session = this.idle.pop();
    if (session) return this.readWith(session, sql, signal);
    return new Promise((resolve, reject) => {
      const waiting = { sql, signal, resolve, reject };
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

  private async readWith(session: Session, sql: string, signal: AbortSignal): Promise<Uint8Array> {
    let clean = false;
    try {
      const result = (await session.queryAsync(sql)).bytes();
      clean = !signal.aborted;
      return result;
    } finally {
      this.readNext(clean ? session : await this.replace(session));
    }
  }

  private readNext(session: Session): void {
    const next = this.queue.shift();
    if (next) next.resolve(this.readWith(session, next.sql, next.signal));
    else this.idle.push(session);
  }

  private async replace(session: Session): Promise<Session> {
    this.readers.delete(session);
    const another = await this.another(session);
    this.readers.add(another);
    return another;
  }

  /** A connection in the place of one. Where there is none to be had the process ends, and the server starts another one. */
  private async another(session: Session): Promise<Session> {
    try {
      session.close();
      return await connect(this.directory);
    } catch (error) {
      process.stderr.write(`A connection to the engine could not be replaced: ${String(error)}\n`);
      process.exit(1);
    }
  }
}

async function connect(directory: string): Promise<Session> {
  const session = new Session(directory);
  try {
    await session.queryAsync(SETTINGS);
    return session;
  } catch (error) {
    session.close();
    throw error;
  }
}
