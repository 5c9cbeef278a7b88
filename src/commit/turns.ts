import { setTimeout as pause } from "node:timers/promises";

/** The turns in which a node does its work, and who waits for one. */
export class NodeTurns {
  private hurry = new AbortController();
  private readonly waiting = new Set<() => void>();

  /** Begins the next turn at once. */
  wake(): void {
    this.hurry.abort();
  }

  /** Between two turns. */
  async rest(ms: number, stopping: AbortSignal): Promise<void> {
    const signal = AbortSignal.any([this.hurry.signal, stopping]);
    await pause(ms, undefined, { signal }).catch(() => undefined);
    this.hurry = new AbortController();
  }

  /** Something can have changed: who waits looks. */
  tell(): void {
    for (const go of [...this.waiting]) go();
  }

  /** Resolves at the next `tell`, whatever changed, or when `signal` aborts. It has no position, so a Milestone does not fit. */
  async next(signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve) => {
      const go = () => {
        this.waiting.delete(go);
        signal.removeEventListener("abort", go);
        resolve();
      };
      this.waiting.add(go);
      signal.addEventListener("abort", go);
    });
  }
}
