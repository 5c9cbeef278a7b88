import { setTimeout as pause } from "node:timers/promises";
import { type CommitPoint, type FramedBatch, NotCommitted } from "../log/index.ts";
import type { Batches } from "./batches.ts";
import type { CheckpointSignature, CheckpointTable } from "./checkpoints.ts";
import { type Connection, isRefusal, reasonOf } from "./connection.ts";
import { SharedLogShorter } from "./errors.ts";
import type { History } from "./history.ts";
import type { Lease } from "./lease.ts";

export const ANOTHER_LEADS = "another node leads";
/** How long to wait before PostgreSQL is asked again what became of a batch. */
const ASK_AGAIN_MS = 200;
/** Once the process is to stop, how long it goes on asking. */
const LAST_QUESTIONS_MS = 5_000;

export interface LeaderListener {
  /** What became of a batch is not known, and nothing can be appended until it is. @param reason in a few words. */
  uncertain(reason: string): void;
  certain(): void;
  /** Checkpoints could not be committed, and are signed again. */
  checkpointsWait(reason: string): void;
  /** Another node has the lease. */
  lost(): void;
}

interface LeaderParts {
  /** For commits alone, so that nothing waits before them. */
  readonly connection: Connection;
  readonly lease: Lease;
  readonly batches: Batches;
  readonly history: History;
  readonly checkpoints: CheckpointTable;
  readonly listener: LeaderListener;
}

/**
 * Commits batches and checkpoints under the lease's epoch. Where an answer is lost, the truth is read and never guessed: first the epoch is
 * replaced, so that nothing that was sent before can take effect any more, and then the batch is there or it is not.
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

  /** Nothing is committed from now on. */
  end(): void {
    this.epoch = undefined;
  }

  /** What is not known yet is asked for a little longer. */
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

  /** @returns whether they are committed; otherwise they must not be shown to anybody. */
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
    const { connection, lease, history, listener } = this.parts;
    for (;;) {
      try {
        const epoch = await lease.claimAgain(connection);
        const isThere = await history.holds(connection, batch);
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
    const { before } = await this.parts.history.from(this.parts.connection, firstPosition);
    if (before === undefined && firstPosition === 0) return;
    if (before?.position === firstPosition && before.chainHash.equals(previousHash)) return;
    throw new SharedLogShorter(before?.position ?? 0, firstPosition);
  }
}
