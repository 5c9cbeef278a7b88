/**
 * The vocabulary of Daybook: an event as a caller sends it and as a reader gets it back.
 *
 * Evolution rules. Fields are only ever added, and only as optional ones; a name is never reused with another meaning;
 * a reader must ignore fields it does not know. What changes meaning gets a new `schema_version`. JSON is snake_case.
 */

/** Version of the event's meaning; every entry ever written carries the one it was written under. */
export const SCHEMA_VERSION = 2;

export const OUTCOMES = ["success", "failure", "denied", "unknown"] as const;
export type Outcome = (typeof OUTCOMES)[number];

export const ACTOR_TYPES = ["user", "api_key", "service", "system", "agent", "anonymous"] as const;
export type ActorType = (typeof ACTOR_TYPES)[number];

/** Who delivered the event to the log: Daybook itself, a caller's API key, or an import. Never taken from the caller. */
export const SOURCE_TYPES = ["daybook", "api_key", "import"] as const;
export type SourceType = (typeof SOURCE_TYPES)[number];

export type JsonValue = null | boolean | number | string | JsonValue[] | { [key: string]: JsonValue };

/** Who did it, as they were at that time: a snapshot, never updated. */
export interface Actor {
  type: ActorType;
  id?: string;
  name?: string;
  email?: string;
  role?: string;
  /** Whose authority the actor used: the user an agent works for, or the customer a support person signs in as (RFC 8693 `act`). */
  on_behalf_of?: OnBehalfOf;
}

/** The person or program that the actor acted for, as they were at that time. */
export interface OnBehalfOf {
  type: ActorType;
  id: string;
  name?: string;
  email?: string;
  role?: string;
}

/** What it was done to. */
export interface Resource {
  type: string;
  id?: string;
  name?: string;
}

/** From where, and as part of what. */
export interface Context {
  /**
   * An IPv4 or IPv6 address. Ports, brackets and zones are removed, with a warning. What is not an address is stored as `ip_text`,
   * with a warning. Never filled in from the request that delivers the event.
   */
  ip?: string;
  user_agent?: string;
  request_id?: string;
  session_id?: string;
  trace_id?: string;
}

/** The context as it was stored. */
export interface StoredContext extends Context {
  /** What the caller sent as `ip`, word for word, where it was not an address. */
  ip_text?: string;
}

/** One changed field: its path in the resource, and its values before and after. */
export interface Change {
  path: string;
  before?: JsonValue;
  after?: JsonValue;
}

/** What a caller sends. Only `action`, `actor.type` and `resource.type` are required (`tenant_id` too with a platform key). */
export interface EventInput {
  /** Identity for retries, unique for ever within the organization: 1–128 of `[A-Za-z0-9._:-]`; a UUIDv7 is recommended. */
  id?: string;
  /** When it happened: RFC 3339. Default: now. Kept in UTC with three fraction digits; finer digits are truncated. */
  timestamp?: string;
  /** The organization's id: 1–128 of `[A-Za-z0-9._-]`. */
  tenant_id?: string;
  /** Dotted as a rule, `family.verb`: 1–128 of `[A-Za-z0-9_.:-]`. */
  action: string;
  outcome?: Outcome;
  actor: Actor;
  resource: Resource;
  targets?: Resource[];
  /** One human sentence. */
  description?: string;
  context?: Context;
  changes?: Change[];
  metadata?: { [key: string]: JsonValue };
}

/** What a reader gets back: the input with defaults filled in, and what only the server sets. */
export interface Event extends EventInput {
  schema_version: number;
  /** Place in its organization, contiguous from 0. */
  sequence: number;
  /** When the log took it: RFC 3339, UTC, three fraction digits. Never decreases within a log. */
  recorded_at: string;
  /** What the server's clock showed, where that differs from `recorded_at` by more than a second. */
  clock_at?: string;
  context?: StoredContext;
  source: { type: SourceType; id?: string };
  id: string;
  timestamp: string;
  tenant_id: string;
  outcome: Outcome;
  /** hex(SHA-256(0x00 ‖ header bytes)): the RFC 6962 leaf hash of the entry's header. */
  leaf_hash: string;
}

/** What a caller gets once the event is durable on disk. */
export interface Receipt {
  id: string;
  log_id: string;
  sequence: number;
  leaf_hash: string;
  recorded_at: string;
  /** True when this id was already recorded with the same content; the receipt is then the first one's. */
  duplicate: boolean;
  /** What was stored but deserves a look. Absent when there is nothing to say, and on duplicates: the first receipt carried them. */
  warnings?: Warning[];
}

/**
 * `personal_id`: a permanent field (an id or a role) looks like an e-mail address or a phone number; it can never be erased.
 * `address`: `context.ip` was not a plain address.
 */
export const WARNING_CODES = ["personal_id", "address"] as const;
export type WarningCode = (typeof WARNING_CODES)[number];

/** Something about a recorded event that its sender should know. Codes can be added: ignore those you do not know. */
export interface Warning {
  /** JSON pointer relative to the event (RFC 6901). */
  pointer: string;
  code: WarningCode;
  message: string;
}

/** One fault of a request or an event: a JSON pointer relative to the event (RFC 6901), or a query parameter's name. */
export interface FieldError {
  pointer: string;
  message: string;
}

/** Why one event of a request was not recorded. Its neighbours are not affected. */
export interface Rejection {
  id?: string;
  error: { code: string; message: string; pointer?: string; errors?: FieldError[] };
}

/** Per event, in the order of the request. */
export type RecordResult = Receipt | Rejection;
