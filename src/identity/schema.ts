import type { Kysely } from "kysely";

/**
 * The identity database as Kysely sees it: better-auth's tables (camelCase, made by its own migrations; only the columns that
 * our own statements touch are named here) and ours (snake_case). Our times are milliseconds since the Unix epoch.
 */
export interface Schema {
  user: { id: string; name: string; email: string };
  session: { id: string; token: string; userId: string; expiresAt: string };
  /** `slug` is required by better-auth and always equals `id`, which is the tenant_id of the organization's events. */
  organization: { id: string; name: string; slug: string; createdAt: string };
  member: { id: string; organizationId: string; userId: string; role: string; createdAt: string };
  api_key: {
    id: string;
    /** Null for a key of the platform. */
    organization: string | null;
    name: string;
    /** The key's own beginning, `dbk_` and eight characters: what lists show, and what a look-up goes by. */
    prefix: string;
    /** hex(SHA-256(key)). The key itself is stored nowhere. */
    hash: string;
    /** JSON array. */
    scopes: string;
    /** JSON of the actor who made it, as they were then. */
    created_by: string;
    created_at: number;
    expires_at: number | null;
    /** At most a minute behind. */
    last_used_at: number | null;
    /** A revoked key stays, so that its events can still be named. */
    revoked_at: number | null;
  };
  /** Events that a committed change made and the log has not confirmed yet; empty but for moments. */
  outbox: { id: string; organization: string; event: string; created_at: number };
  one_time_token: {
    /** `set_up` for the only set-up token, so that a new one replaces it; otherwise a UUIDv7. */
    id: string;
    purpose: string;
    /** hex(SHA-256(token)). */
    token_hash: string;
    /** What the token is for: the user's id for `sign_in`. */
    subject: string | null;
    created_at: number;
    /** Null: valid until it is used. */
    expires_at: number | null;
  };
  setting: { name: string; value: string };
  daybook_schema: { version: number };
}

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
];
