import type { StoredEvent } from "../event/index.ts";

/**
 * What a sink must do, and what it gets. A stream is a follower of the log. The log itself is what waits for a receiver, so nothing is queued, and
 * an outage of a week needs no memory.
 */

/** One line of a stream. */
export interface OutgoingRecord {
  /** `checkpoint`: what the log signed, so that a receiver can prove that it has everything. */
  readonly kind: "event" | "checkpoint";
  readonly organization: string;
  /** Of a checkpoint: how many entries it covers. */
  readonly sequence: number;
  /** The event's own id. For a checkpoint, a name that is the same whenever it is sent. */
  readonly id: string;
  /** When it was recorded, in milliseconds since the Unix epoch. */
  readonly time: number;
  /** In the stream's format, without a line end. */
  readonly text: string;
  /** Undefined for a checkpoint, and for an entry that is damaged. */
  readonly event: StoredEvent | undefined;
  /** Hex. Undefined where there is no event. */
  readonly leafHash: string | undefined;
}

/** Consecutive records, and the part of the log that they cover. */
export interface Batch {
  /** The same whenever the same batch is sent again. */
  readonly id: string;
  readonly streamId: string;
  readonly logId: string;
  /** Undefined where the stream follows every organization: then `first` and `last` are positions of the log. */
  readonly organization: string | undefined;
  /** First and last sequence that was read. Without a filter, both are among the records. */
  readonly first: number;
  readonly last: number;
  /** In order; never empty. */
  readonly records: readonly OutgoingRecord[];
}

export interface SinkLimits {
  /** Records of a batch. */
  readonly records: number;
  /** Bytes of a batch's texts. A single record can be larger, unless `recordBytes` forbids it. */
  readonly bytes: number;
  /** A larger record is sent shortened, and the record says so. */
  readonly recordBytes: number;
  /** How long the first record of a batch waits for more. 0: as soon as there is one. */
  readonly lingerMs: number;
}

/** One receiver, as a stream reaches it. */
export interface Sink {
  readonly limits: SinkLimits;
  /** What is sent instead of a record's text. Undefined: the text itself. */
  readonly shape?: ((text: string) => string) | undefined;
  /**
   * Resolves once the receiver has acknowledged all of it. The same batch can be sent again.
   * @throws DeliveryError for what the receiver or the network says; anything else is reported as it is.
   */
  send(batch: Batch, signal: AbortSignal): Promise<void>;
  /** Releases connections. */
  close(): void | Promise<void>;
}

/**
 * - `unavailable`: try again later.
 * - `refused`: the receiver does not accept this batch; it may accept a smaller or shortened one.
 * - `gone`: the receiver asks never to be called again.
 */
export type Failure = "unavailable" | "refused" | "gone";

/** Why a batch was not delivered. The stream's owner sees the message, so it holds no secret. */
export class DeliveryError extends Error {
  override readonly name = "DeliveryError";
  readonly failure: Failure;
  /** How long the receiver asks to wait. */
  readonly retryAfterMs: number;

  constructor(failure: Failure, message: string, options: { retryAfterMs?: number; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.failure = failure;
    this.retryAfterMs = options.retryAfterMs ?? 0;
  }
}

/**
 * - `ok`: everything is delivered, or is under way.
 * - `delayed`: something has waited for more than a minute, but nothing has failed.
 * - `failing`: the last attempt failed; it is tried again.
 * - `disabled`: the receiver asked never to be called again.
 * - `paused`: by its owner.
 */
export const HEALTH = ["ok", "delayed", "failing", "disabled", "paused"] as const;
export type Health = (typeof HEALTH)[number];

/** How far a stream has come. Times are milliseconds since the Unix epoch. */
export interface StreamState {
  readonly health: Health;
  /** The next sequence to deliver; for a stream of every organization, the next position. Everything below it is delivered. */
  readonly next: number;
  /** Entries that it has not delivered yet, those that the filter leaves out included. */
  readonly lag: number;
  /** Events that were delivered, repeats included. */
  readonly delivered: number;
  readonly lastDeliveredAt: number | undefined;
  readonly failingSince: number | undefined;
  readonly lastError: string | undefined;
}
