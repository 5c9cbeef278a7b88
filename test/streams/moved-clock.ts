import { setImmediate as nextRound } from "node:timers/promises";
import type { Clock } from "../../src/clock.ts";

interface Timer {
  readonly at: number;
  readonly ms: number;
  readonly then: () => void;
}

/** A clock that stands still until a test moves it. What waits by it is called back in order, and nothing else passes. */
export class MovedClock implements Clock {
  private readonly timers = new Set<Timer>();
  private time = 0;

  now(): number {
    return this.time;
  }

  after(ms: number, then: () => void): () => void {
    const timer = { at: this.time + ms, ms, then };
    this.timers.add(timer);
    return () => void this.timers.delete(timer);
  }

  /** How many wait. */
  get waiting(): number {
    return this.timers.size;
  }

  /** The one that waits and is due first. */
  get next(): Timer | undefined {
    return [...this.timers].sort((a, b) => a.at - b.at)[0];
  }

  /** Moves to the next moment at which something is due. */
  step(): void {
    const { next } = this;
    if (next === undefined) throw new Error("nothing waits");
    this.timers.delete(next);
    this.time = Math.max(this.time, next.at);
    next.then();
  }

  /** Moves on to a moment before which nothing is due. */
  moveTo(time: number): void {
    if ((this.next?.at ?? Number.POSITIVE_INFINITY) <= time) throw new Error("something is due before");
    this.time = time;
  }
}

/** Resolves once this holds, however long the real work takes. */
export async function until(holds: () => boolean): Promise<void> {
  do await nextRound();
  while (!holds());
}
