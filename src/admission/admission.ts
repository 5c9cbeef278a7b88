import type { Sender } from "./fair-queue.ts";
import { FairTurns } from "./fair-turns.ts";
import { type Held, MemoryBudget } from "./memory-budget.ts";
import { type COUNTS, type Limit, OperatorLimits } from "./operator-limits.ts";
import { type Followed, SearchLag, TICK_MS } from "./search-lag.ts";

/**
 * What all requests hold together. Beside it a process needs some 150 MiB, and the search engine as much again.
 */
export const BUDGET_BYTES = 256 * 1024 * 1024;
/** A body is there as it came, as text, and as entries and rows on their way to the disk. */
const COPIES = 3;

export type Reads = (typeof COUNTS)[number];
/** What one reader who does not read keeps in memory at most, about: a page's first megabyte, an export's pieces. What live streams send they share. */
const READ_BYTES: Readonly<Record<Reads, number>> = {
  queries: 2 * 1024 * 1024,
  exports: 4 * 1024 * 1024,
  live: 64 * 1024,
};

export interface AdmissionOptions {
  readonly look: () => Followed;
  /** A request is refused before it is worked on. */
  readonly onRefused?: (reason: "overloaded" | "rate_limited") => void;
  /** What an operator limits. Default: nothing. */
  readonly limits?: readonly Limit[];
  /** Default: `BUDGET_BYTES`. */
  readonly bytes?: number;
}

/** Who is let in, when, and who works next. Owns a timer. */
export class Admission {
  readonly budget: MemoryBudget;
  readonly turns = new FairTurns();
  readonly limits: OperatorLimits;
  private readonly lag: SearchLag;
  private readonly ticking: NodeJS.Timeout;

  constructor({ look, onRefused = () => undefined, limits = [], bytes = BUDGET_BYTES }: AdmissionOptions) {
    this.lag = new SearchLag(look);
    this.limits = new OperatorLimits(limits, { onRefused: () => onRefused("rate_limited") });
    this.budget = new MemoryBudget({
      bytes,
      mustWait: (organization) => this.lag.mustWait(organization),
      onRefused: () => onRefused("overloaded"),
    });
    this.ticking = setInterval(() => {
      this.lag.tick(performance.now());
      if (this.budget.waiting > 0) this.budget.admit();
    }, TICK_MS).unref();
  }

  /**
   * Lets in a request to record events, before its body is read. @throws DaybookError `rate_limited`
   * @param bytes of the body, decoded. @param left called only when it has to wait: aborts once nobody waits for the answer.
   */
  toRecord(sender: Sender, bytes: number, left: () => AbortSignal): Held | Promise<Held> {
    if (this.limits.any) this.limits.requireRates(sender);
    return this.budget.take(sender, COPIES * bytes, { recording: true, left });
  }

  /** Lets in a request to read. */
  async toRead(sender: Sender, what: Reads, left: () => AbortSignal): Promise<{ release(): void }> {
    const end = this.limits.begin(sender, what);
    try {
      const held = await this.budget.take(sender, READ_BYTES[what], { left });
      return {
        release: () => {
          held.release();
          end();
        },
      };
    } catch (error) {
      end();
      throw error;
    }
  }

  /** What a body that was let in turned out to take. @throws DaybookError `overloaded` */
  grew(held: Held, bytes: number): void {
    held.resize(COPIES * bytes);
  }

  /** A body is there as a whole. */
  arrived(sender: Sender, held: Held, bytes: number): void {
    held.shrink(COPIES * bytes);
    if (this.limits.any) this.limits.took(sender, "bytes", bytes);
    this.lag.recorded(sender.organization, bytes, performance.now());
  }

  close(): void {
    clearInterval(this.ticking);
  }
}
