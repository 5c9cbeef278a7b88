import type { StoredEvent } from "../event/index.ts";

/**
 * What a sink must do, and what it gets. A stream is a follower of the log: what waits for a receiver is the log itself, so nothing is queued
 * and an outage of a week costs no memory.
 */

/** One line of a stream. */
export interface OutgoingRecord {
  /** `checkpoint`: what the log signed, so that a receiver can prove that it has everything. */
  readonly kind: "event" | "checkpoint";
  readonly organization: string;
  /** Of a checkpoint: how many entries it covers. */
  readonly sequence: number;
  /** The event's own id; of a checkpoint a name that is the same whenever it is sent. */
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

/** Consecutive records, and what they stand for. */
export interface Batch {
  /** The same whenever the same batch is sent again. */
  readonly id: string;
  readonly streamId: string;
  readonly logId: string;
  /** Undefined where the stream follows every organization: then `first` and `last` are positions of the log. */
  readonly organization: string | undefined;
  /** First and last sequence that was looked at. Without a filter each of them is among the records. */
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
  /** A larger record is sent shortened, and says so. */
  readonly recordBytes: number;
  /** How long the first record of a batch waits for more. 0: as soon as there is one. */
  readonly lingerMs: number;
}

/** One receiver, as a stream reaches it. */
export interface Sink {
  readonly limits: SinkLimits;
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
 * - `refused`: the receiver does not take this batch as it is; a smaller or shortened one might pass.
 * - `gone`: the receiver asks never to be called again.
 */
export type Failure = "unavailable" | "refused" | "gone";

/** Why a batch was not delivered. The message is shown to whoever owns the stream: it holds no secret. */
export class DeliveryError extends Error {
  override readonly name = "DeliveryError";
  readonly failure: Failure;
  /** How long the receiver asks to be left alone. */
  readonly retryAfterMs: number;

  constructor(failure: Failure, message: string, options: { retryAfterMs?: number; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.failure = failure;
    this.retryAfterMs = options.retryAfterMs ?? 0;
  }
}

/**
 * - `ok`: everything is delivered, or is under way.
 * - `delayed`: something has waited for more than a minute, and nothing has failed.
 * - `failing`: the last attempt failed; it is tried again.
 * - `disabled`: the receiver asked never to be called again.
 * - `paused`: by whoever owns it.
 */
export const HEALTH = ["ok", "delayed", "failing", "disabled", "paused"] as const;
export type Health = (typeof HEALTH)[number];

/** How far a stream has come. Times are milliseconds since the Unix epoch. */
export interface StreamState {
  readonly health: Health;
  /** The next sequence to deliver; of a stream of every organization, the next position. Everything below is delivered. */
  readonly next: number;
  /** What is not delivered yet, of all that it looks at. */
  readonly lag: number;
  /** Events that were delivered, repeats included. */
  readonly delivered: number;
  readonly lastDeliveredAt: number | undefined;
  readonly failingSince: number | undefined;
  readonly lastError: string | undefined;
}
