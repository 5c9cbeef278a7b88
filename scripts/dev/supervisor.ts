import type { Config } from "../../src/config.ts";
import type { Outcome } from "./messages.ts";
import { ServerProcess } from "./server-process.ts";

/**
 * Keeps one server running on the data directory, and beside it a spare process that has imported the packages and waits for a change. Who asks for
 * the server while one is being replaced waits for the new one.
 */
export class Supervisor {
  private readonly config: Config;
  private readonly onFailure: (outcome: Outcome) => void;
  private running: ServerProcess | undefined;
  private spare = new ServerProcess();
  /** The newest attempt. Attempts run one after the other. */
  private attempt: Promise<Outcome> | undefined;
  private attempts = 0;
  private greeted = false;
  private stopping = false;

  /** @param onFailure called when a server that ran has ended and nobody asked for it. */
  constructor(config: Config, onFailure: (outcome: Outcome) => void) {
    this.config = config;
    this.onFailure = onFailure;
  }

  /** Replaces the server by one with the sources as they are now. */
  restart(): Promise<Outcome> {
    const before = this.attempt;
    const number = ++this.attempts;
    this.attempt = (async () => {
      const earlier = await before;
      // A later change has come meanwhile: its attempt does the work.
      return earlier === undefined || number === this.attempts ? this.replace() : earlier;
    })();
    return this.attempt;
  }

  /** The newest server, or why there is none. */
  async ready(): Promise<Outcome> {
    for (;;) {
      const attempt = this.attempt ?? this.restart();
      const outcome = await attempt;
      if (attempt === this.attempt) return outcome;
    }
  }

  /** Ends every process. What was accepted becomes durable. */
  async stop(): Promise<void> {
    this.stopping = true;
    await Promise.all([this.running?.stop(), this.spare.stop()]);
  }

  /** No server runs, and none is being started. */
  get isDown(): boolean {
    return this.running === undefined;
  }

  get isStopping(): boolean {
    return this.stopping;
  }

  private async replace(): Promise<Outcome> {
    const [previous, next] = [this.running, this.spare];
    next.load();
    await previous?.stop();
    if (this.stopping) return next.failed;
    this.running = next;
    const outcome = await next.start(this.config, !this.greeted);
    if (this.stopping) return outcome;
    this.spare = new ServerProcess();
    if (outcome.type === "failed") this.running = undefined;
    else {
      this.greeted = true;
      void this.watch(next);
    }
    return outcome;
  }

  private async watch(server: ServerProcess): Promise<void> {
    const outcome = await server.failed;
    if (server.wasStopped) return;
    this.running = undefined;
    this.attempt = Promise.resolve(outcome);
    this.onFailure(outcome);
  }
}
