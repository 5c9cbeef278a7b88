import type { StoredEvent } from "../../event/index.ts";
import type { Damage } from "../../read/index.ts";

/** What a format gets of one entry. Decoding takes time, so it happens only when a format asks. */
export interface EventSource {
  readonly logId: string;
  readonly organization: string;
  readonly sequence: number;
  /** Hex. */
  readonly leafHash: string;
  readonly header: Uint8Array;
  /** Undefined once it was erased. */
  readonly body: Uint8Array | undefined;
  /** The JSON text of the event as the API returns it. */
  json(): string;
  event(): StoredEvent;
}

/** One signed checkpoint of an organization. */
export interface CheckpointSource {
  readonly logId: string;
  readonly organization: string;
  /** Entries it covers. */
  readonly size: number;
  /** When it was signed, in milliseconds since the Unix epoch. */
  readonly time: number;
  /** The signed note (C2SP tlog-checkpoint). Undefined where the stream begins between two checkpoints. */
  readonly note: string | undefined;
  /** Roots, in hex, of the perfect subtrees that the first `size` leaves consist of, the largest first. */
  readonly subtrees: readonly string[];
}

/** Why a record was shortened, and how large it was. */
export interface Shortening {
  /** Size of the whole record in this format. */
  readonly bytes: number;
  /** `too_large`: larger than the receiver accepts. `refused`: the receiver refused the whole record. */
  readonly reason: "too_large" | "refused";
}

/** Writes records. Each is one line, without its line end. */
export interface Format {
  event(source: EventSource): string;
  /** A shortened record, for an event that is too large or that the receiver refuses: who did what and when, its hash, and that it was shortened. */
  shortened(source: EventSource, shortening: Shortening): string;
  damaged(source: Pick<EventSource, "logId" | "organization" | "sequence">, damage: Damage): string;
  checkpoint(source: CheckpointSource): string;
}

export const FORMATS = ["daybook", "ocsf", "cef"] as const;
export type FormatName = (typeof FORMATS)[number];

/**
 * - `none`: only events.
 * - `checkpoints`: also signed checkpoints between the events, so that a receiver can prove that none is missing.
 * - `entry`: also both lines of each entry, so that the content can be checked, too.
 */
export const PROOFS = ["none", "checkpoints", "entry"] as const;
export type Proof = (typeof PROOFS)[number];

/** Who, what and when, as the header of an event says it: a shortened record keeps this. */
export function headerOf({ event: decode }: EventSource) {
  const { id, timestamp, tenant_id, sequence, recorded_at, action, outcome, actor, resource, source } = decode();
  return {
    id,
    timestamp,
    tenant_id,
    sequence,
    recorded_at,
    action,
    outcome,
    actor: {
      type: actor.type,
      ...(actor.id === undefined ? {} : { id: actor.id }),
      ...(actor.role === undefined ? {} : { role: actor.role }),
    },
    resource: { type: resource.type, ...(resource.id === undefined ? {} : { id: resource.id }) },
    source,
  };
}
