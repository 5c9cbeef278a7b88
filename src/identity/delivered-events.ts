import type { Kysely } from "kysely";
import { type DatabaseLocation, openDatabaseAsItIs } from "./database.ts";
import type { DeliveredEvent, DeliveredEvents, DeliveredPlace } from "./own-events.ts";
import type { Schema } from "./schema.ts";

/** The setting that says since when every delivery is noted. */
const NOTED_SINCE = "delivered_since";
const BATCH = 500;

/** Identity's own account of the log: where each of its events is there, by the log's receipts. */
export class Delivered implements DeliveredEvents {
  private readonly db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.db = db;
  }

  async notedSince(): Promise<number> {
    const row = await this.db.selectFrom("setting").select("value").where("name", "=", NOTED_SINCE).executeTakeFirst();
    return row === undefined ? 0 : Number(row.value);
  }

  async organizations(): Promise<string[]> {
    const rows = await this.db.selectFrom("delivered").select("organization").distinct().execute();
    return rows.map(({ organization }) => organization);
  }

  page(organization: string, from: number, limit: number): Promise<DeliveredEvent[]> {
    return this.db
      .selectFrom("delivered")
      .select(["id", "sequence", "leaf_hash"])
      .where("organization", "=", organization)
      .where("sequence", ">=", from)
      .orderBy("sequence")
      .limit(limit)
      .execute();
  }

  async countFrom(organization: string, from: number): Promise<number> {
    const { count } = await this.db
      .selectFrom("delivered")
      .select((eb) => eb.fn.countAll<number | string>().as("count"))
      .where("organization", "=", organization)
      .where("sequence", ">=", from)
      .executeTakeFirstOrThrow();
    return Number(count);
  }

  async unknown(organization: string, events: readonly DeliveredPlace[]): Promise<DeliveredPlace[]> {
    const ids = events.map(({ id }) => id);
    // In this order: what is delivered meanwhile goes from the first to the second.
    const waiting = await this.db.selectFrom("outbox").select("id").where("id", "in", ids).execute();
    const delivered = await this.db
      .selectFrom("delivered")
      .select("id")
      .where("organization", "=", organization)
      .where(
        "sequence",
        "in",
        events.map(({ sequence }) => sequence),
      )
      .execute();
    const known = new Set([...waiting, ...delivered].map(({ id }) => id));
    return events.filter(({ id }) => !known.has(id));
  }

  async beginAgain(sizeOf: (organization: string) => number, now: number): Promise<number> {
    let forgotten = 0;
    for (const organization of await this.organizations()) {
      const { numDeletedRows } = await this.db
        .deleteFrom("delivered")
        .where("organization", "=", organization)
        .where("sequence", ">=", sizeOf(organization))
        .executeTakeFirst();
      forgotten += Number(numDeletedRows);
    }
    await noteSince(this.db, now);
    return forgotten;
  }
}

/** Notes, within a transaction, where events are. One whose place another event has already is left: a verification finds it. */
export async function noteDelivered(
  tx: Kysely<Schema>,
  events: readonly { readonly id: string; readonly tenant_id: string }[],
  places: readonly { readonly sequence: number; readonly leaf_hash: string }[],
): Promise<void> {
  const rows = events.flatMap(({ id, tenant_id }, at) => {
    const place = places[at];
    return place === undefined ? [] : [{ organization: tenant_id, id, ...place }];
  });
  for (let at = 0; at < rows.length; at += BATCH) {
    await tx
      .insertInto("delivered")
      .values(rows.slice(at, at + BATCH))
      .onConflict((conflict) => conflict.columns(["organization", "sequence"]).doNothing())
      .execute();
  }
}

/** From when on what is not noted was never delivered. */
export async function noteSince(db: Kysely<Schema>, now: number): Promise<void> {
  const value = String(now);
  await db
    .insertInto("setting")
    .values({ name: NOTED_SINCE, value })
    .onConflict((conflict) => conflict.column("name").doUpdateSet({ value }))
    .execute();
}

/** The account, where nothing else of identity is open. */
class DeliveredAlone extends Delivered {
  readonly close: () => Promise<void>;

  constructor(db: Kysely<Schema>, close: () => Promise<void>) {
    super(db);
    this.close = close;
  }
}

/**
 * Opens identity's account alone, without a server: nothing is migrated.
 * @returns undefined where an earlier Daybook wrote the database.
 */
export async function openDelivered(location: DatabaseLocation): Promise<DeliveredAlone | undefined> {
  const { db, close } = await openDatabaseAsItIs(location);
  try {
    const tables = await db.introspection.getTables();
    if (tables.some(({ name }) => name === "delivered")) return new DeliveredAlone(db, close);
  } catch (error) {
    await close();
    throw error;
  }
  await close();
  return undefined;
}
