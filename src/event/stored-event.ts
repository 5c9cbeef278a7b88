import type { ActorType, OnBehalfOf, Outcome, Resource, SourceType } from "@daybook/sdk";

/**
 * An event as the server holds it: what an entry decodes to, what search stores and gives back. `changes` and `metadata` stay
 * the compact JSON text they were recorded with, because JSON.parse would move integer-like keys to the front.
 * Absent fields are absent, never null or undefined. An optional string may be empty, and empty is not the same as absent.
 */
export interface StoredEvent {
  readonly schema_version: number;
  readonly sequence: number;
  /** RFC 3339, UTC, three fraction digits. */
  readonly recorded_at: string;
  /** What the wall clock showed, where it differs from `recorded_at` by more than a second. */
  readonly clock_at?: string;
  readonly source: { readonly type: SourceType; readonly id?: string };
  readonly id: string;
  /** RFC 3339, UTC, three fraction digits. */
  readonly timestamp: string;
  readonly tenant_id: string;
  readonly action: string;
  readonly outcome: Outcome;
  readonly actor: {
    readonly type: ActorType;
    readonly id?: string;
    readonly name?: string;
    readonly email?: string;
    readonly role?: string;
    readonly on_behalf_of?: Readonly<OnBehalfOf>;
  };
  readonly resource: Resource;
  readonly targets?: readonly Resource[];
  readonly description?: string;
  readonly context?: {
    readonly ip?: string;
    /** What was sent as `ip` and is not an address. Never beside `ip`. */
    readonly ip_text?: string;
    readonly user_agent?: string;
    readonly request_id?: string;
    readonly session_id?: string;
    readonly trace_id?: string;
  };
  /** Compact JSON text of an array. */
  readonly changes?: string;
  /** Compact JSON text of an object. */
  readonly metadata?: string;
}
