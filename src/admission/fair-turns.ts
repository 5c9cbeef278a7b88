import { FairQueue, type Sender } from "./fair-queue.ts";

/** What is worked on before the event loop looks at its connections again: some 5 ms. */
export const ROUND_BYTES = 128 * 1024;

interface Waiting {
  readonly cost: number;
  readonly begin: () => void;
}

/**
 * Turns at the processor: reading, checking and encoding what was sent happens on one thread. A round of the event loop takes a bounded amount of work,
 * and what is more waits, in fair order. So a single event does not wait behind the megabytes that others sent before.
 */
export class FairTurns {
  private readonly queue = new FairQueue<Waiting>();
  private used = 0;
  private scheduled = false;
  private readonly schedule: (round: () => void) => void;

  /** @param schedule calls back in the next round of the event loop. */
  constructor(schedule: (round: () => void) => void = setImmediate) {
    this.schedule = schedule;
  }

  get waiting(): number {
    return this.queue.size;
  }

  /**
   * Takes a turn at work on so many bytes. @returns undefined when it can begin at once; otherwise a promise to wait for.
   */
  next(sender: Sender, bytes: number): Promise<void> | undefined {
    if (this.queue.size === 0 && this.used < ROUND_BYTES) {
      this.begin(bytes);
      return undefined;
    }
    return new Promise((begin) => {
      this.queue.push(sender, { cost: bytes, begin }, bytes);
      this.begin(0);
    });
  }

  private begin(bytes: number): void {
    this.used += bytes;
    if (this.scheduled) return;
    this.scheduled = true;
    this.schedule(() => this.round());
  }

  private round(): void {
    this.used = 0;
    this.scheduled = false;
    while (this.used < ROUND_BYTES) {
      const next = this.queue.shift();
      if (next === undefined) return;
      this.begin(next.cost);
      next.begin();
    }
    this.begin(0);
  }
}
