import type { Weekday } from "@daybook/sdk/filters";
import type { ColumnType, Generated } from "kysely";
import type { AlertTables } from "./alert-tables.ts";
import type { PersonalIds } from "./people-contract.ts";

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
