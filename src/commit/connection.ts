import type { Client, QueryResultRow } from "pg";
import { DaybookError } from "../errors.ts";
import { errorCode } from "../log/index.ts";
import { ArchiveError } from "./archive.ts";

/** A connection that is silent for this long has failed: a server that is cut off from the network cannot say so. */
const ANSWER_MS = 5_000;

/**
 * One connection to PostgreSQL. It is opened when it is needed and closed after the first error; the next query opens another one.
 */
export class Connection {
  private readonly url: string;
  private client: Promise<Client> | undefined;
  private closed = false;

  constructor(url: string) {
    this.url = url;
  }

  /** @throws what the server or the network reports; `isRefusal` says which. */
  async query<Row extends QueryResultRow>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    if (this.closed) throw new Error("the connection to PostgreSQL is closed");
    const opening = this.opening();
    let client: Client;
    try {
      client = await opening;
    } catch (error) {
      this.giveUp(opening);
      throw error;
    }
    try {
      return (await client.query<Row>(text, [...values])).rows;
    } catch (error) {
      if (!isRefusal(error)) this.giveUp(opening);
      throw error;
    }
  }

  /** Runs `work` in a transaction. */
  async transaction(work: () => Promise<void>): Promise<void> {
    await this.query("begin");
    try {
      await work();
      await this.query("commit");
    } catch (error) {
      if (this.client !== undefined) await this.query("rollback");
      throw error;
    }
  }

  async close(): Promise<void> {
    this.closed = true;
    const { client } = this;
    this.client = undefined;
    // What could not be opened need not be closed.
    await client?.then((opened) => opened.end()).catch(() => undefined);
  }

  private opening(): Promise<Client> {
    if (this.client !== undefined) return this.client;
    // The query that needs the connection reports the error; without a listener the process would end.
    const opening: Promise<Client> = this.open(() => this.giveUp(opening));
    this.client = opening;
    return opening;
  }

  private async open(onError: () => void): Promise<Client> {
    const { default: pg } = await import("pg");
    const client = new pg.Client({
      connectionString: this.url,
      application_name: "daybook",
      connectionTimeoutMillis: ANSWER_MS,
      query_timeout: ANSWER_MS,
      keepAlive: true,
    });
    client.on("error", onError);
    await client.connect();
    // A commit must be durable when it is acknowledged.
    await client.query(
      "select set_config('synchronous_commit', 'on', false) where current_setting('synchronous_commit') = 'off'",
    );
    return client;
  }

  private giveUp(client: Promise<Client>): void {
    if (this.client !== client) return;
    this.client = undefined;
    client.then((opened) => opened.end()).catch(() => undefined);
  }
}

/** SQLSTATE classes of errors after which the statement has certainly changed nothing, and the connection can still be used. */
const REFUSALS = ["22", "23", "25", "28", "42", "53", "54", "55"];

/** Whether PostgreSQL refused a statement. If not, the answer is lost, and the statement can have taken effect. */
export function isRefusal(error: unknown): boolean {
  const code = errorCode(error);
  return code?.length === 5 && REFUSALS.includes(code.slice(0, 2));
}

/** What went wrong, in a few words, without the address, because that can hold a password. */
export function reasonOf(error: unknown): string {
  if (error instanceof DaybookError || error instanceof ArchiveError) return error.message;
  const message = error instanceof Error ? error.message || (errorCode(error) ?? error.name) : String(error);
  return `PostgreSQL: ${message}`;
}
