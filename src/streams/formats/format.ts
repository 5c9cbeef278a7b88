import type { StoredEvent } from "../../event/index.ts";
import type { Damage } from "../../read/index.ts";

/** What a format is given of one entry. Decoding takes time, so it happens when a format asks for it. */
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

/** What the log signed of one organization. */
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

/** Why and to what a record was shortened. */
export interface Shortening {
  /** Of the whole record in this format. */
  readonly bytes: number;
  /** `too_large`: larger than the receiver takes. `refused`: the receiver refused the whole record. */
  readonly reason: "too_large" | "refused";
}

/** How records are written. Each gives one line, without a line end. */
export interface Format {
  event(source: EventSource): string;
  /** What is left of an event that is too large, or that the receiver refuses: who did what and when, its hash, and that it was shortened. */
  shortened(source: EventSource, shortening: Shortening): string;
  damaged(source: Pick<EventSource, "logId" | "organization" | "sequence">, damage: Damage): string;
  checkpoint(source: CheckpointSource): string;
}

export const FORMATS = ["daybook", "ocsf", "cef"] as const;
export type FormatName = (typeof FORMATS)[number];

/**
 * - `none`: events alone.
 * - `checkpoints`: what the log signs travels between them, so that a receiver can prove that none is missing.
 * - `entry`: also both lines of each entry, so that the content can be checked, too.
 */
export const PROOFS = ["none", "checkpoints", "entry"] as const;
export type Proof = (typeof PROOFS)[number];

/** Of whom, what and when an event was, as its header says it: what a shortened record keeps. */
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
