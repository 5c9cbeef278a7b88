import type { Kysely } from "kysely";
import { DaybookError } from "../errors.ts";
import { noteDelivered } from "./delivered-events.ts";
import type { Deliver, LogPlace, OwnEvent } from "./own-events.ts";
import type { Schema } from "./schema.ts";

/** Milliseconds after which events that the log refused are offered again, when no change comes first. */
const RETRY_AFTER_MS = 5_000;
const BATCH = 500;

/**
 * Events between their change's commit and the log. A row is deleted only once the log has confirmed its event, whose place is noted; the log takes an
 * id once, so appending again after a crash or an unclear failure does nothing.
 */
export class Outbox {
  private readonly db: Kysely<Schema>;
  private readonly toLog: Deliver;
  private readonly now: () => number;
  private readonly report: (error: unknown) => void;
  /** True from a failed delivery until everything waiting was delivered. */
  private behind = false;
  private retry: NodeJS.Timeout | undefined;
  private closed = false;

  constructor(db: Kysely<Schema>, deliver: Deliver, now: () => number, report: (error: unknown) => void) {
    this.db = db;
    this.toLog = deliver;
    this.now = now;
    this.report = report;
  }

  /** Stores events as part of the transaction `tx`. */
  async put(tx: Kysely<Schema>, events: readonly OwnEvent[]): Promise<void> {
    if (events.length === 0) return;
    const createdAt = this.now();
    await tx
      .insertInto("outbox")
      .values(
        events.map((event) => ({
          id: event.id,
          organization: event.tenant_id,
          event: JSON.stringify(event),
          created_at: createdAt,
        })),
      )
      .execute();
  }

  /** Appends stored events to the log, then notes where they are, and forgets the rest. @throws DaybookError of status 503; they stay and are retried. */
  async deliver(events: readonly OwnEvent[]): Promise<void> {
    if (events.length === 0) return;
    let places: readonly LogPlace[];
    try {
      places = await this.toLog(events);
    } catch (error) {
      this.fellBehind();
      if (error instanceof DaybookError && error.status === 503) throw error;
      // Not a log that is busy or full: something the operator has to see, whoever asked.
      this.report(error);
      throw new DaybookError("log_unavailable", "The log cannot take events at the moment.", { cause: error });
    }
    const ids = events.map(({ id }) => id);
    await this.db.transaction().execute(async (tx) => {
      await noteDelivered(tx, events, places);
      await tx.deleteFrom("outbox").where("id", "in", ids).execute();
    });
  }

  /** Delivers everything that waits, oldest first. @throws DaybookError of status 503. */
  async deliverPending(): Promise<void> {
    for (;;) {
      const rows = await this.db.selectFrom("outbox").select("event").orderBy("id").limit(BATCH).execute();
      if (rows.length === 0) break;
      await this.deliver(rows.map((row) => JSON.parse(row.event) as OwnEvent));
    }
    this.behind = false;
  }

  /** As `deliverPending`, but costs nothing when no delivery has failed. */
  async drain(): Promise<void> {
    if (this.behind) await this.deliverPending();
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.retry);
  }

  private fellBehind(): void {
    this.behind = true;
    if (this.closed || this.retry !== undefined) return;
    this.retry = setTimeout(() => {
      this.retry = undefined;
      this.deliverPending().catch((error: unknown) => {
        this.report(error);
        this.fellBehind();
      });
    }, RETRY_AFTER_MS).unref();
  }
}
