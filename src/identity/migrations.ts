import type { Kysely } from "kysely";
import { createAlertTables } from "./alert-migration.ts";
import { noteSince } from "./delivered-events.ts";
import { organizationSearchText, type Schema } from "./schema.ts";
import { createStreamMemory } from "./stream-memories.ts";

/**
 * Our own schema, one entry a version; a released entry is never edited. Times are bigint, texts without a length, so that both
 * databases hold the same. Each runs inside the transaction that records it.
 */
export const MIGRATIONS: readonly ((db: Kysely<Schema>) => Promise<void>)[] = [
  async (db) => {
    await db.schema
      .createTable("api_key")
      .addColumn("id", "text", (c) => c.primaryKey().notNull())
      .addColumn("organization", "text", (c) => c.references("organization.id"))
      .addColumn("name", "text", (c) => c.notNull())
      .addColumn("prefix", "text", (c) => c.notNull().unique())
      .addColumn("hash", "text", (c) => c.notNull().unique())
      .addColumn("scopes", "text", (c) => c.notNull())
      .addColumn("created_by", "text", (c) => c.notNull())
      .addColumn("created_at", "bigint", (c) => c.notNull())
      .addColumn("expires_at", "bigint")
      .addColumn("last_used_at", "bigint")
      .addColumn("revoked_at", "bigint")
      .execute();
    await db.schema.createIndex("api_key_organization_idx").on("api_key").column("organization").execute();
    await db.schema
      .createTable("outbox")
      .addColumn("id", "text", (c) => c.primaryKey().notNull())
      .addColumn("organization", "text", (c) => c.notNull())
      .addColumn("event", "text", (c) => c.notNull())
      .addColumn("created_at", "bigint", (c) => c.notNull())
      .execute();
    await db.schema
      .createTable("one_time_token")
      .addColumn("id", "text", (c) => c.primaryKey().notNull())
      .addColumn("purpose", "text", (c) => c.notNull())
      .addColumn("token_hash", "text", (c) => c.notNull().unique())
      .addColumn("subject", "text")
      .addColumn("created_at", "bigint", (c) => c.notNull())
      .addColumn("expires_at", "bigint")
      .execute();
    await db.schema
      .createTable("setting")
      .addColumn("name", "text", (c) => c.primaryKey().notNull())
      .addColumn("value", "text", (c) => c.notNull())
      .execute();
    // better-auth looks before it inserts; only an index makes "once a member" hold for two at a time.
    await db.schema
      .createIndex("daybook_member_once")
      .unique()
      .on("member")
      .columns(["organizationId", "userId"])
      .execute();
  },
  async (db) => {
    await db.schema
      .createTable("two_factor")
      .addColumn("user_id", "text", (c) => c.primaryKey().notNull().references("user.id"))
      .addColumn("secret", "text", (c) => c.notNull())
      .addColumn("confirmed_at", "bigint")
      .addColumn("last_step", "bigint")
      .execute();
    await db.schema
      .createTable("recovery_code")
      .addColumn("user_id", "text", (c) => c.notNull().references("user.id"))
      .addColumn("hash", "text", (c) => c.notNull())
      .addPrimaryKeyConstraint("recovery_code_pk", ["user_id", "hash"])
      .execute();
    await db.schema
      .createTable("user_activity")
      .addColumn("user_id", "text", (c) => c.primaryKey().notNull().references("user.id"))
      .addColumn("last_active_at", "bigint", (c) => c.notNull())
      .execute();
  },
  async (db) => {
    await db.schema.alterTable("organization").addColumn("time_zone", "text").execute();
    await db.schema.alterTable("organization").addColumn("search_text", "text").execute();
    for (const { id, name } of await db.selectFrom("organization").select(["id", "name"]).execute()) {
      const text = { search_text: organizationSearchText(id, name) };
      await db.updateTable("organization").set(text).where("id", "=", id).execute();
    }
    // Of two invitations of one address at a time, the second replaces the first.
    await db.schema
      .createIndex("daybook_invitation_once")
      .unique()
      .on("invitation")
      .columns(["organizationId", "email"])
      .execute();
  },
  async (db) => {
    await db.schema
      .createTable("saved_view")
      .addColumn("id", "text", (c) => c.primaryKey().notNull())
      .addColumn("organization", "text", (c) => c.notNull().references("organization.id"))
      .addColumn("user_id", "text", (c) => c.notNull().references("user.id"))
      .addColumn("name", "text", (c) => c.notNull())
      .addColumn("query", "text", (c) => c.notNull())
      .addColumn("shared", "integer", (c) => c.notNull())
      .addColumn("created_at", "bigint", (c) => c.notNull())
      .addColumn("updated_at", "bigint", (c) => c.notNull())
      .execute();
    await db.schema
      .createIndex("saved_view_organization_idx")
      .on("saved_view")
      .columns(["organization", "user_id"])
      .execute();
  },
  async (db) => {
    await db.schema
      .alterTable("organization")
      .addColumn("personal_ids", "text", (c) => c.notNull().defaultTo("warn"))
      .execute();
  },
  async (db) => {
    await db.schema
      .createTable("stream")
      .addColumn("id", "text", (c) => c.primaryKey().notNull())
      .addColumn("organization", "text", (c) => c.notNull().references("organization.id"))
      .addColumn("name", "text", (c) => c.notNull())
      .addColumn("settings", "text", (c) => c.notNull())
      .addColumn("secrets", "text", (c) => c.notNull())
      .addColumn("enabled", "integer", (c) => c.notNull())
      .addColumn("created_by", "text", (c) => c.notNull())
      .addColumn("created_at", "bigint", (c) => c.notNull())
      .addColumn("updated_at", "bigint", (c) => c.notNull())
      .execute();
    await db.schema.createIndex("stream_organization_idx").on("stream").column("organization").execute();
  },
  async (db) => {
    await db.schema
      .createTable("delivered")
      .addColumn("organization", "text", (c) => c.notNull())
      .addColumn("sequence", "bigint", (c) => c.notNull())
      .addColumn("id", "text", (c) => c.notNull())
      .addColumn("leaf_hash", "text", (c) => c.notNull())
      .addPrimaryKeyConstraint("delivered_pk", ["organization", "sequence"])
      .execute();
    // An identity that is in use has delivered events before they were noted.
    const used = await db.selectFrom("organization").select("id").limit(1).executeTakeFirst();
    if (used !== undefined) await noteSince(db, Date.now());
  },
  async (db) => {
    await db.schema.alterTable("organization").addColumn("office_hours", "text").execute();
    await db.schema.alterTable("organization").addColumn("review_due", "text").execute();
  },
  async (db) => {
    await db.schema.alterTable("organization").addColumn("sensitive_actions", "text").execute();
  },
  async (db) => {
    await db.schema
      .createTable("wrong_password")
      .addColumn("user_id", "text", (c) => c.notNull().references("user.id"))
      .addColumn("network", "text", (c) => c.notNull())
      .addColumn("failures", "integer", (c) => c.notNull())
      .addColumn("last_at", "bigint", (c) => c.notNull())
      .addPrimaryKeyConstraint("wrong_password_pk", ["user_id", "network"])
      .execute();
    await db.schema
      .createTable("password_guessing")
      .addColumn("user_id", "text", (c) => c.primaryKey().notNull().references("user.id"))
      .addColumn("noticed_at", "bigint", (c) => c.notNull())
      .addColumn("networks", "integer", (c) => c.notNull())
      .addColumn("failures", "integer", (c) => c.notNull())
      .execute();
  },
  createAlertTables,
  async (db) => {
    await db.schema
      .createTable("user_preference")
      .addColumn("user_id", "text", (c) => c.notNull().references("user.id"))
      .addColumn("name", "text", (c) => c.notNull())
      .addColumn("value", "text", (c) => c.notNull())
      .addPrimaryKeyConstraint("user_preference_pk", ["user_id", "name"])
      .execute();
  },
  createStreamMemory,
];
