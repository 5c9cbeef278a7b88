import { setTimeout as pause } from "node:timers/promises";
import type { CheckpointSignature } from "../checkpoint-signature.ts";
import { type CommitPoint, type FramedBatch, NotCommitted } from "../log/index.ts";
import type { Batches } from "./batches.ts";
import type { CheckpointTable } from "./checkpoints.ts";
import type { CommittedLog } from "./committed-log.ts";
import { type Connection, isRefusal, reasonOf } from "./connection.ts";
import { SharedLogShorter } from "./errors.ts";
import type { Lease } from "./lease.ts";

export const ANOTHER_LEADS = "another node leads";
/** How long to wait before asking PostgreSQL again whether a batch was stored. */
const ASK_AGAIN_MS = 200;
/** How long it still asks while the process stops. */
const LAST_QUESTIONS_MS = 5_000;

export interface LeaderListener {
  /** Whether a batch was stored is not known, and nothing can be appended until it is. @param reason in a few words. */
  uncertain(reason: string): void;
  certain(): void;
  /** Checkpoints could not be committed. They are signed again. */
  checkpointsWait(reason: string): void;
  /** Another node has the lease. */
  lost(): void;
}

interface LeaderParts {
  /** Only for commits, so that they wait for nothing else. */
  readonly connection: Connection;
  readonly lease: Lease;
  readonly batches: Batches;
  readonly committed: CommittedLog;
  readonly checkpoints: CheckpointTable;
  readonly listener: LeaderListener;
}

/**
 * Commits batches and checkpoints under the lease's epoch. If an answer is lost, it does not guess: it replaces the epoch, so that nothing that was
 * sent before can take effect any more, and then reads whether the batch is there.
 */
export class LeaderCommits implements CommitPoint {
  private readonly parts: LeaderParts;
  /** Undefined while another node leads. */
  private epoch: string | undefined;
  private stopAt = Number.POSITIVE_INFINITY;

  constructor(parts: LeaderParts) {
    this.parts = parts;
  }

  begin(epoch: string): void {
    this.epoch = epoch;
  }

  /** From now on nothing is committed. */
  end(): void {
    this.epoch = undefined;
  }

  /** It still asks for a short time what is not known yet. */
  stop(): void {
    this.stopAt = performance.now() + LAST_QUESTIONS_MS;
  }

  async commit(batch: FramedBatch): Promise<void> {
    const { connection, batches } = this.parts;
    const { epoch } = this;
    if (epoch === undefined) throw new NotCommitted(ANOTHER_LEADS);
    try {
      if (await batches.add(connection, epoch, batch)) return;
    } catch (error) {
      if (isRefusal(error)) throw new NotCommitted(reasonOf(error), error);
      this.parts.listener.uncertain(reasonOf(error));
    }
    if (await this.readBack(batch)) return;
    if (this.epoch === undefined) throw new NotCommitted(ANOTHER_LEADS);
    throw new NotCommitted("PostgreSQL did not take it");
  }

  /** @returns whether they are committed. If not, nobody must see them. */
  async commitCheckpoints(signatures: readonly CheckpointSignature[]): Promise<boolean> {
    const { connection, checkpoints } = this.parts;
    const { epoch } = this;
    if (epoch === undefined) return false;
    let outcome: Awaited<ReturnType<CheckpointTable["add"]>>;
    try {
      outcome = await checkpoints.add(connection, epoch, signatures);
    } catch (error) {
      this.parts.listener.checkpointsWait(reasonOf(error));
      return false;
    }
    if (outcome === "contradicted") {
      throw new Error("the shared log holds checkpoints that contradict what this node signed");
    }
    return outcome === "added";
  }

  private async readBack(batch: FramedBatch): Promise<boolean> {
    const { connection, lease, committed, listener } = this.parts;
    for (;;) {
      try {
        const epoch = await lease.claimAgain(connection);
        const isThere = await committed.holds(connection, batch);
        if (epoch !== undefined && !isThere) await this.requireEnd(batch);
        this.epoch = epoch;
        if (epoch === undefined) listener.lost();
        else listener.certain();
        return isThere;
      } catch (error) {
        if (error instanceof SharedLogShorter) throw error;
        listener.uncertain(reasonOf(error));
        if (performance.now() > this.stopAt) {
          throw new Error("whether the last batch is stored is not known; the next start reads it from PostgreSQL", {
            cause: error,
          });
        }
      }
      await pause(ASK_AGAIN_MS);
    }
  }

  /** The batch's place must still be the end of what is committed. @throws SharedLogShorter */
  private async requireEnd({ firstPosition, previousHash }: FramedBatch): Promise<void> {
    const { before } = await this.parts.committed.from(this.parts.connection, firstPosition);
    if (before === undefined && firstPosition === 0) return;
    if (before?.position === firstPosition && before.chainHash.equals(previousHash)) return;
    throw new SharedLogShorter(before?.position ?? 0, firstPosition);
  }
}
