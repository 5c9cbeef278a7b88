import { CHAIN_START } from "./segment-header.ts";
import { SequenceCounters } from "./sequence-counters.ts";
import { ChainHash } from "./trailer.ts";

/** What the log says up to a place in it; a scan carries it forward batch by batch. */
export interface ScanState {
  position: number;
  recordedAt: number;
  chainHash: Buffer;
  readonly counters: SequenceCounters;
}

/** Before the first entry. */
export function startState(): ScanState {
  return { position: 0, recordedAt: 0, chainHash: CHAIN_START, counters: new SequenceCounters() };
}

/** What the chain and the sequences of a log need of a record. */
export interface ChainedRecord {
  readonly organization: string;
  readonly sequence: number;
  /** Length-prefixed organization ‖ sequence ‖ leaf hash. */
  readonly chained: Uint8Array;
}

/** Whether each batch continues what comes before it: times that never decrease, contiguous sequences, the chain of hashes. */
export class Continuity {
  private readonly state: ScanState;
  private readonly chain = new ChainHash();

  /** @param state changed by every batch that is right, by no other. */
  constructor(state: ScanState) {
    this.state = state;
  }

  /**
   * Takes a batch whose records are where they belong.
   * @param chainHash what the batch says that the chain comes to, where it says so.
   * @returns in a few words what is wrong, or undefined.
   */
  take(records: readonly ChainedRecord[], recordedAt: number, chainHash?: Buffer): string | undefined {
    const checked = this.check(records, recordedAt, chainHash);
    if (typeof checked === "string") return checked;
    const { state } = this;
    state.counters.commit();
    state.position += records.length;
    state.recordedAt = recordedAt;
    state.chainHash = checked;
    return undefined;
  }

  /**
   * As `take`, but the batch is still to be written: its sequences are taken, and neither committed nor rolled back.
   * @returns what the chain comes to with it, or in a few words what is wrong; then no sequence is taken.
   */
  check(records: readonly ChainedRecord[], recordedAt: number, chainHash?: Buffer): Buffer | string {
    const { state, chain } = this;
    if (recordedAt < state.recordedAt) return "a batch was recorded before the one that it follows";
    chain.start(state.chainHash);
    for (const { organization, sequence, chained } of records) {
      const next = state.counters.next(organization);
      if (sequence !== next) {
        state.counters.rollback();
        return `sequence ${sequence} of ${organization} is where ${next} comes next`;
      }
      state.counters.take(organization);
      chain.add(chained);
    }
    const computed = chain.finish();
    if (chainHash !== undefined && !computed.equals(chainHash)) {
      state.counters.rollback();
      return "the chain of batch hashes is broken";
    }
    return computed;
  }
}
