import type { Kysely } from "kysely";
import type { Schema } from "./schema.ts";

/** A migration: it is never edited. */
export async function createAlertTables(db: Kysely<Schema>): Promise<void> {
  await db.schema
    .createTable("alert")
    .addColumn("id", "text", (c) => c.primaryKey().notNull())
    .addColumn("organization", "text", (c) => c.notNull().references("organization.id"))
    .addColumn("name", "text", (c) => c.notNull())
    .addColumn("settings", "text", (c) => c.notNull())
    .addColumn("secrets", "text", (c) => c.notNull())
    .addColumn("enabled", "integer", (c) => c.notNull())
    .addColumn("muted_until", "bigint")
    .addColumn("revision", "integer", (c) => c.notNull())
    .addColumn("revised_at", "bigint", (c) => c.notNull())
    .addColumn("created_by", "text", (c) => c.notNull())
    .addColumn("created_at", "bigint", (c) => c.notNull())
    .addColumn("updated_at", "bigint", (c) => c.notNull())
    .execute();
  await db.schema.createIndex("alert_organization_idx").on("alert").column("organization").execute();
  await db.schema
    .createTable("alert_firing")
    .addColumn("id", "text", (c) => c.primaryKey().notNull())
    .addColumn("organization", "text", (c) => c.notNull())
    .addColumn("alert", "text", (c) => c.notNull())
    .addColumn("alert_name", "text", (c) => c.notNull())
    .addColumn("at", "bigint", (c) => c.notNull())
    .addColumn("data", "text", (c) => c.notNull())
    .addColumn("acknowledged_by", "text")
    .addColumn("acknowledged_at", "bigint")
    .addColumn("undelivered", "text")
    .execute();
  await db.schema.createIndex("alert_firing_at_idx").on("alert_firing").columns(["organization", "at"]).execute();
  await db.schema.createIndex("alert_firing_alert_idx").on("alert_firing").columns(["alert", "at"]).execute();
  await db.schema
    .createTable("alert_notice")
    .addColumn("firing", "text", (c) => c.notNull())
    .addColumn("channel", "text", (c) => c.notNull())
    .addColumn("alert", "text", (c) => c.notNull())
    .addColumn("due_at", "bigint", (c) => c.notNull())
    .addColumn("next_at", "bigint", (c) => c.notNull())
    .addColumn("attempts", "integer", (c) => c.notNull())
    .addPrimaryKeyConstraint("alert_notice_pk", ["firing", "channel"])
    .execute();
}
