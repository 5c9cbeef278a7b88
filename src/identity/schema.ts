import type { Weekday } from "@daybook/sdk/filters";
import type { ColumnType, Generated, Kysely } from "kysely";
import { type AlertTables, createAlertTables } from "./alert-tables.ts";
import { noteSince } from "./delivered.ts";
import type { PersonalIds } from "./people-contract.ts";
import { createStreamMemory } from "./stream-memories.ts";

/** A time in better-auth's tables: RFC 3339 text in SQLite, a timestamp that reads as a Date in PostgreSQL. */
export type StoredTime = ColumnType<string | Date, string, string>;

/** @returns milliseconds since the Unix epoch. */
export function storedTimeMs(time: string | Date): number {
  return new Date(time).getTime();
}

/** What a search for organizations goes by. */
export function organizationSearchText(id: string, name: string): string {
  return `${id}\n${name}`.toLowerCase();
}

/**
 * The identity database as Kysely sees it: better-auth's tables (camelCase, made by its own migrations; only the columns that
 * our own statements touch are named here) and ours (snake_case). Our times are milliseconds since the Unix epoch.
 */
export interface Schema extends AlertTables {
  user: { id: string; name: string; email: string };
  session: {
    id: string;
    token: string;
    userId: string;
    createdAt: StoredTime;
    updatedAt: StoredTime;
    expiresAt: StoredTime;
    ipAddress: string | null;
    userAgent: string | null;
  };
  /** `password` is the PHC hash where `providerId` is `credential`. */
  account: { userId: string; providerId: string; password: string | null };
  /** `slug` is required by better-auth and always equals `id`, which is the tenant_id of the organization's events. */
  organization: {
    id: string;
    name: string;
    slug: string;
    createdAt: StoredTime;
    /** IANA name; null: each reader's own. */
    time_zone: string | null;
    personal_ids: Generated<PersonalIds>;
    /** As a filter by `time_of_day` says them; null until they are set. */
    office_hours: string | null;
    /** The weekday by whose end the logs are to be reviewed; null: there is no cadence. */
    review_due: Weekday | null;
    /** JSON array; null: the default. */
    sensitive_actions: Generated<string | null>;
    /** Id and name in lower case, which is more than SQLite's own `lower` can do: what a search for organizations goes by. */
    search_text: string | null;
  };
  member: { id: string; organizationId: string; userId: string; role: string; createdAt: StoredTime };
  /** Pending ones alone: an invitation that was accepted, withdrawn or replaced is deleted, the log has what became of it. */
  invitation: {
    id: string;
    organizationId: string;
    /** In lower case. */
    email: string;
    role: string;
    status: string;
    createdAt: StoredTime;
    expiresAt: StoredTime;
    inviterId: string;
  };
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
  /** Events that the log has confirmed, and where it has them. */
  delivered: { organization: string; sequence: number; id: string; leaf_hash: string };
  one_time_token: {
    /** `set_up` for the only set-up token, so that a new one replaces it; the invitation's id for its token; otherwise a UUIDv7. */
    id: string;
    purpose: string;
    /** hex(SHA-256(token)). */
    token_hash: string;
    /** What the token is for: the user's id for `sign_in`, the invitation's for `invitation`. */
    subject: string | null;
    created_at: number;
    /** Null: valid until it is used. */
    expires_at: number | null;
  };
  setting: { name: string; value: string };
  /** A person's second factor: asked for once it is confirmed. */
  two_factor: {
    user_id: string;
    /** The TOTP secret, encrypted with the setting `auth_secret`. */
    secret: string;
    /** Null until a first code has shown that the app has the secret. */
    confirmed_at: number | null;
    /** The time step of the last code that was accepted; no code of it or of an earlier one is again. */
    last_step: number | null;
  };
  /** Recovery codes that were not used yet. */
  recovery_code: {
    user_id: string;
    /** hex(SHA-256(code)). */
    hash: string;
  };
  /** When a person was last here, to five minutes; kept when their sessions have ended. */
  user_activity: { user_id: string; last_active_at: number };
  /** Wrong passwords of the last days, by the network they came from. */
  wrong_password: { user_id: string; network: string; failures: number; last_at: number };
  /** Guessing that was noticed, and that the person has not dismissed yet. */
  password_guessing: { user_id: string; noticed_at: number; networks: number; failures: number };
  /** What a person chose for themselves alone, such as the columns of a table: a JSON text under a name. */
  user_preference: { user_id: string; name: string; value: string };
  saved_view: {
    id: string;
    organization: string;
    user_id: string;
    name: string;
    query: string;
    /** 1 when the organization sees it, else 0. */
    shared: number;
    created_at: number;
    updated_at: number;
  };
  stream: {
    id: string;
    organization: string;
    name: string;
    /** JSON: what is delivered where. */
    settings: string;
    /** Encrypted with a key outside the database, which a copy of it is worth nothing without. */
    secrets: string;
    /** 1 while it delivers, 0 while it is paused. */
    enabled: number;
    /** JSON of the actor who created it, as they were then. */
    created_by: string;
    created_at: number;
    updated_at: number;
  };
  /** What streams remember, of nodes that share a log. A stream can be gone. */
  stream_memory: {
    stream: string;
    name: string;
    /** Of the node that wrote it: a later one is never replaced by an earlier one. */
    term: number;
    text: string;
  };
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
