import { createInternalAdapter } from "better-auth/db";
import { getAdapter } from "better-auth/db/adapter";
import type { Kysely, Transaction } from "kysely";
import { DaybookError } from "../errors.ts";
import type { AuthContext } from "./auth.ts";
import { type Database, isOutOfSpace } from "./database.ts";
import type { Outbox } from "./outbox.ts";
import type { OwnEvent } from "./own-events.ts";
import type { Schema } from "./schema.ts";

/** One database transaction: better-auth's tables and ours through the same connection, and the events it makes. */
export interface Change {
  readonly db: Transaction<Schema>;
  /** better-auth's own operations (users, accounts, sessions), inside this transaction. */
  readonly auth: AuthContext["internalAdapter"];
  /** Puts an event into the outbox of this transaction. */
  record(event: OwnEvent): void;
}

/**
 * The identity database. Everything that changes it goes through `change`, so that nothing can change unrecorded.
 */
export class Store {
  /** For reading. */
  readonly db: Kysely<Schema>;
  /** For reading. */
  readonly auth: AuthContext["internalAdapter"];
  private readonly type: Database["type"];
  private readonly context: AuthContext;
  private readonly outbox: Outbox;

  constructor(database: Database, context: AuthContext, outbox: Outbox) {
    this.db = database.db;
    this.auth = context.internalAdapter;
    this.type = database.type;
    this.context = context;
    this.outbox = outbox;
  }

  /**
   * Commits what `make` does together with its events, then appends the events to the log, then resolves. When it rejects with
   * `log_unavailable`, the change may be there: its events are then in the outbox and follow as soon as the log takes them.
   *
   * @param options.revokes true for what takes access away: it is committed also while the log refuses events (but not where
   *   the database itself has no space left to write it down). Anything else
   *   is refused before it changes anything, as long as earlier events are still waiting for the log.
   * @param options.onCommit called as soon as the change is committed, before its events are appended.
   * @throws what `make` throws, then nothing is changed; DaybookError disk_full, with nothing changed; log_unavailable.
   */
  async change<T>(
    make: (change: Change) => Promise<T>,
    options: { revokes?: boolean; onCommit?: () => void } = {},
  ): Promise<T> {
    if (options.revokes !== true) await this.outbox.drain();
    const events: OwnEvent[] = [];
    const transaction = this.db.transaction().execute(async (tx) => {
      const made = await make({ db: tx, auth: await this.authWithin(tx), record: (event) => events.push(event) });
      await this.outbox.put(tx, events);
      return made;
    });
    const result = await transaction.catch((error: unknown) => {
      if (!isOutOfSpace(error)) throw error;
      throw new DaybookError("disk_full", "The disk is full. Nothing was changed.", {
        cause: error,
      });
    });
    options.onCommit?.();
    await this.outbox.deliver(events);
    return result;
  }

  /** better-auth's adapters bound to a transaction that we opened, which its own `transaction` does not offer. */
  private async authWithin(tx: Transaction<Schema>): Promise<AuthContext["internalAdapter"]> {
    const { options, logger, generateId } = this.context;
    const adapter = await getAdapter({ ...options, database: { db: tx, type: this.type, transaction: false } });
    return createInternalAdapter(adapter, { options, logger, hooks: [], generateId });
  }
}
