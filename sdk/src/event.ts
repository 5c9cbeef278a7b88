/**
 * The vocabulary of Daybook: an event as a caller sends it and as a reader gets it back.
 *
 * Evolution rules. Fields are only ever added, and only as optional ones; a name is never reused with another meaning;
 * a reader must ignore fields it does not know. What changes meaning gets a new `schema_version`. JSON is snake_case.
 */

/** Version of the event's meaning; every entry ever written carries the one it was written under. */
export const SCHEMA_VERSION = 1;

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
}

/** What it was done to. */
export interface Resource {
  type: string;
  id?: string;
  name?: string;
}

/** From where, and as part of what. `ip` is never filled in from the request that delivers the event. */
export interface Context {
  ip?: string;
  user_agent?: string;
  request_id?: string;
  session_id?: string;
  trace_id?: string;
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

/** What a reader gets back: the input with defaults filled in, and what only the server may set. */
export interface Event extends EventInput {
  schema_version: number;
  /** Place in its organization, contiguous from 0. */
  sequence: number;
  /** When the log took it: RFC 3339, UTC, three fraction digits. Never decreases within a log. */
  recorded_at: string;
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
