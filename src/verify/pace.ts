import { setTimeout as delay, setImmediate } from "node:timers/promises";

/** Works at most this long before it lets others work. */
const TURN_MS = 4;

/** Lets others have their turn, and leaves them most of the time if they need it. */
export class Pace {
  private readonly share: number;
  private readonly signal: AbortSignal;
  private turnStart = performance.now();

  /** @param share of the time that the work may take: 1 is all. @param signal ends the work. */
  constructor(share: number, signal: AbortSignal) {
    this.share = share;
    this.signal = signal;
  }

  /** To be called often. @throws the signal's reason once it aborts. */
  async turn(): Promise<void> {
    const worked = performance.now() - this.turnStart;
    if (worked < TURN_MS) return;
    if (this.share < 1) {
      // `throwIfAborted` says below why it ended.
      await delay(worked / this.share - worked, undefined, { signal: this.signal }).catch(() => undefined);
    } else {
      await setImmediate();
    }
    this.signal.throwIfAborted();
    this.turnStart = performance.now();
  }
}
