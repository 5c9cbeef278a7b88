/** A batch, or several that follow one another in one segment, as they are in its file, and all that another node needs to put it into its own. */
export interface FramedBatch {
  readonly firstPosition: number;
  readonly entries: number;
  /** Milliseconds since the Unix epoch. */
  readonly recordedAt: number;
  /** Records and trailer of each. Valid until the next batch is begun. */
  readonly bytes: Buffer;
  /** Chain hash of the batch before it, and its own. */
  readonly previousHash: Buffer;
  readonly chainHash: Buffer;
  /** The segment's header, where the batch is its first one: so all nodes begin their segments at the same places. */
  readonly segmentHeader: Buffer | undefined;
}

/** Where a batch becomes durable for all nodes that share a log. It counts before the local disk does. */
export interface CommitPoint {
  /**
   * Resolves once the batch is durable there.
   * @throws NotCommitted when it is not there, and never will be. Anything else: that is not known.
   */
  commit(batch: FramedBatch): Promise<void>;
}

/** A batch is not in the shared log, and never will be. */
export class NotCommitted extends Error {
  override readonly name = "NotCommitted";

  /** @param reason in a few words, for whoever wanted to append. */
  constructor(reason: string, cause?: unknown) {
    super(reason, { cause });
  }
}

/** What the shared log holds does not continue what this node holds: one of them was changed, or restored from an older copy. */
export class LogDiverged extends Error {
  override readonly name = "LogDiverged";
}

/** The local copy of a log that several nodes share. It takes either batches that other nodes committed, or appends. */
export interface Replica {
  /** Chain hash of the last batch. */
  readonly chainHash: Buffer;
  /** Why this node cannot lead: its disk is full, its log is damaged or closing. */
  readonly trouble: string | undefined;
  /** Batches that the local copy lacks, in order. @throws LogDiverged; DaybookError `log_unavailable` when the disk is full. */
  adopt(batches: readonly FramedBatch[]): Promise<void>;
  /** Takes appends from now on. */
  lead(): void;
  /** Refuses appends from now on. @param reason in a few words. */
  follow(reason: string): void;
}
