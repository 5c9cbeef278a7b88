import { setImmediate as nextTurn } from "node:timers/promises";

/** Works at most this long before it lets others work. */
const TURN_MS = 2;

/** Breaks long work on the event loop into short turns. */
export class Turns {
  private began = performance.now();
  private readonly wait: () => Promise<void>;

  /** @param wait resolves when it is this work's turn again. Default: in the next turn of the event loop. */
  constructor(wait: () => Promise<void> = nextTurn) {
    this.wait = wait;
  }

  /** To be awaited between two steps of the work. */
  async pauseIfDue(): Promise<void> {
    if (this.due) await this.pause();
  }

  /** Whether a pause is due: for loops whose steps are too short to await something after each. */
  get due(): boolean {
    return performance.now() - this.began >= TURN_MS;
  }

  async pause(): Promise<void> {
    await this.wait();
    this.began = performance.now();
  }
}
