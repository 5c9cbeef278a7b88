import { setImmediate as nextTurn } from "node:timers/promises";

/** Works no longer than this without letting others work. */
const TURN_MS = 4;

/** Breaks long work on the event loop into short turns. */
export class Turns {
  private began = performance.now();

  /** To be awaited between two steps of the work. */
  async pauseIfDue(): Promise<void> {
    if (performance.now() - this.began < TURN_MS) return;
    await nextTurn();
    this.began = performance.now();
  }
}
