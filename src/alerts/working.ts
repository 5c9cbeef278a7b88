import type { Logger } from "../logger.ts";
import type { Notifier } from "./notifier.ts";
import type { Watcher } from "./watcher.ts";

/** How often a node that shares its log checks whether it should evaluate. */
const LOOK_MS = 1_000;

/** What evaluates and what notifies, with what they hold open. */
export interface Workers {
  readonly watcher: Watcher;
  readonly notifier: Notifier;
  close(): void;
}

interface WorkingParts {
  readonly open: () => Workers;
  /** Of several nodes that share a log, whether this one evaluates. Undefined: it is the only one. */
  readonly isOn: (() => boolean) | undefined;
  readonly logger: Logger;
}

/** Alerts at work, on the one node that evaluates them. */
export class Working {
  private readonly parts: WorkingParts;
  private workers: Workers | undefined;
  private looking: NodeJS.Timeout | undefined;
  private turn: Promise<void> = Promise.resolve();
  private closed = false;

  constructor(parts: WorkingParts) {
    this.parts = parts;
  }

  start(): void {
    this.look();
    if (this.parts.isOn !== undefined) this.looking = setInterval(() => this.look(), LOOK_MS).unref();
  }

  /** An alert was created, changed or deleted. */
  refresh(): void {
    this.workers?.watcher.refresh();
  }

  /** A firing was kept: who is to hear of it at once does not wait. */
  notify(): void {
    this.workers?.notifier.look();
  }

  async close(): Promise<void> {
    this.closed = true;
    clearInterval(this.looking);
    await this.turn;
    await this.end();
  }

  private look(): void {
    const { isOn, logger } = this.parts;
    this.turn = this.turn
      .then(async () => {
        const works = isOn?.() ?? true;
        if (this.closed || works === (this.workers !== undefined)) return;
        if (!works) return this.end();
        this.workers = this.parts.open();
        this.workers.watcher.start();
        this.workers.notifier.start();
      })
      .catch((error: unknown) => logger.error("alerts: they could not be started or stopped", { error }));
  }

  private async end(): Promise<void> {
    const { workers } = this;
    this.workers = undefined;
    await workers?.watcher.stop();
    await workers?.notifier.stop();
    workers?.close();
  }
}
