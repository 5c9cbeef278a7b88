import type { CheckpointSignature } from "../checkpoint-signature.ts";
import { LogDiverged, type Replica, restOfRow } from "../log/index.ts";
import type { CheckpointTable } from "./checkpoints.ts";
import type { CommittedLog } from "./committed-log.ts";
import type { Connection } from "./connection.ts";
import { SharedLogShorter } from "./errors.ts";

/** The local copy of the log. */
export interface LocalLog {
  readonly end: number;
  readonly replica: Replica;
}

interface FollowingParts {
  readonly connection: Connection;
  readonly committed: CommittedLog;
  readonly checkpoints: CheckpointTable;
}

/** Reads committed batches and checkpoints into this node's copy. */
export class Following {
  private readonly parts: FollowingParts;
  private serial = "0";
  /** Checkpoints that are ahead of this node's trees. */
  private pending: readonly CheckpointSignature[] = [];

  constructor(parts: FollowingParts) {
    this.parts = parts;
  }

  /** Checkpoints that were signed at a time or later are read from now on. */
  async begin(checkpointsSince: number): Promise<void> {
    this.serial = await this.parts.checkpoints.serialBefore(this.parts.connection, checkpointsSince);
  }

  /** Whether every checkpoint that was read is adopted. */
  get adoptedAll(): boolean {
    return this.pending.length === 0;
  }

  /** Reads some batches. @returns whether there were any. @throws SharedLogShorter, LogDiverged, ArchiveError */
  async readOn(log: LocalLog): Promise<boolean> {
    const { before, batches } = await this.parts.committed.from(this.parts.connection, log.end);
    const end = before?.position ?? 0;
    if (end < log.end) throw new SharedLogShorter(end, log.end);
    if (end > log.end || (before !== undefined && !before.chainHash.equals(log.replica.chainHash))) {
      return this.readRest(log);
    }
    if (batches.length > 0) await log.replica.adopt(batches);
    return batches.length > 0;
  }

  /** Reads checkpoints as far as this node's trees have come. @param adopt takes them in order, and returns how many it took. */
  async readCheckpoints(adopt: (signatures: readonly CheckpointSignature[]) => number): Promise<void> {
    for (;;) {
      this.pending = this.pending.slice(adopt(this.pending));
      if (this.pending.length > 0) return;
      const { serial, signatures } = await this.parts.checkpoints.after(this.parts.connection, this.serial);
      this.pending = signatures;
      this.serial = serial;
      if (signatures.length === 0) return;
    }
  }

  /** If a row of several batches was cut off on this node's disk, reads what is missing of it. @throws LogDiverged if the two differ otherwise. */
  private async readRest(log: LocalLog): Promise<boolean> {
    const row = await this.parts.committed.around(this.parts.connection, log.end);
    if (row === undefined || restOfRow(row.bytes, log.replica.chainHash) === undefined) {
      throw new LogDiverged(
        `This node's log/ and the database at LOG_URL hold different entries before position ${log.end}: they are not copies of one log, or one of them was changed.`,
      );
    }
    await log.replica.adopt([row]);
    return true;
  }
}
