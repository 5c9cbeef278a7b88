import { setTimeout as pause } from "node:timers/promises";
import type { Follower } from "./follower.ts";
import type { Log } from "./log/index.ts";
import type { Logger } from "./logger.ts";

/** How long a follower that failed waits before it reads on; doubled each time it got no further. */
const FOLLOWER_RETRY_MS = { min: 1_000, max: 10_000 };

/** Keeps followers reading the log; one that fails is reported to the operator and goes on from where it was. */
export class Followers {
  private readonly stopping = new AbortController();
  private readonly running: Promise<void>[] = [];
  private readonly log: Log;
  private readonly logger: Logger;

  constructor(log: Log, logger: Logger) {
    this.log = log;
    this.logger = logger;
  }

  start(follower: Follower): void {
    this.running.push(this.keepFollowing(follower));
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await Promise.all(this.running);
  }

  private async keepFollowing(follower: Follower): Promise<void> {
    const { signal } = this.stopping;
    const { min, max } = FOLLOWER_RETRY_MS;
    for (let retryMs = min; !signal.aborted; ) {
      const { name, position } = follower;
      try {
        await follower.follow(this.log, signal);
      } catch (error) {
        if (follower.position > position) retryMs = min;
        this.logger.error("a follower failed and will read on", { follower: name, position, retryMs, error });
        await pause(retryMs, undefined, { signal }).catch(() => undefined);
        retryMs = Math.min(2 * retryMs, max);
      }
    }
  }
}
