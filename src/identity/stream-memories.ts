import type { Kysely } from "kysely";
import type { Schema } from "./schema.ts";
import type { StreamMemories as StreamMemoriesContract } from "./stream-contract.ts";

/** What streams remember, in single statements: a batch that was delivered is no change that an event reports. */
export class StreamMemories implements StreamMemoriesContract {
  private readonly db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.db = db;
  }

  async read(stream: string, name: string): Promise<string | undefined> {
    const row = await this.db
      .selectFrom("stream_memory")
      .select("text")
      .where("stream", "=", stream)
      .where("name", "=", name)
      .executeTakeFirst();
    return row?.text;
  }

  async write(stream: string, name: string, { term, text }: { term: number; text: string }): Promise<boolean> {
    const { numInsertedOrUpdatedRows = 0n } = await this.db
      .insertInto("stream_memory")
      .values({ stream, name, term, text })
      .onConflict((known) =>
        known.columns(["stream", "name"]).doUpdateSet({ term, text }).where("stream_memory.term", "<=", term),
      )
      .executeTakeFirstOrThrow();
    return numInsertedOrUpdatedRows > 0n;
  }

  async forget(stream: string): Promise<void> {
    await this.db.deleteFrom("stream_memory").where("stream", "=", stream).execute();
  }
}

/** A migration: it is never edited. */
export async function createStreamMemory(db: Kysely<Schema>): Promise<void> {
  await db.schema
    .createTable("stream_memory")
    .addColumn("stream", "text", (c) => c.notNull())
    .addColumn("name", "text", (c) => c.notNull())
    .addColumn("term", "bigint", (c) => c.notNull())
    .addColumn("text", "text", (c) => c.notNull())
    .addPrimaryKeyConstraint("stream_memory_pk", ["stream", "name"])
    .execute();
}
