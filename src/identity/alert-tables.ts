import type { Kysely } from "kysely";
import type { Schema } from "./schema.ts";

/** Where alerts, what they fired for and who is to be notified are stored. Times are milliseconds since the Unix epoch. */
export interface AlertTables {
  alert: {
    id: string;
    organization: string;
    name: string;
    /** JSON: what it fires for, and who hears of that. */
    settings: string;
    /** Encrypted with a key outside the database. */
    secrets: string;
    /** 1 while it is evaluated. */
    enabled: number;
    muted_until: number | null;
    revision: number;
    revised_at: number;
    /** JSON of the actor who created it, as they were then. */
    created_by: string;
    created_at: number;
    updated_at: number;
  };
  alert_firing: {
    id: string;
    organization: string;
    /** The alert can be gone. */
    alert: string;
    alert_name: string;
    at: number;
    /** JSON: what it fired for. */
    data: string;
    acknowledged_by: string | null;
    acknowledged_at: number | null;
    undelivered: string | null;
  };
  /** Who is still to be notified of a firing. */
  alert_notice: {
    firing: string;
    channel: "email" | "webhook";
    alert: string;
    /** When it was first to be sent. */
    due_at: number;
    next_at: number;
    attempts: number;
  };
}

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
