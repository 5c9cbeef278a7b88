import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Config } from "../../src/config.ts";
import type { FromServer, Outcome, ToServer } from "./messages.ts";

const CHILD = fileURLToPath(new URL("child.ts", import.meta.url));

/** A server's process as the parent sees it: created, then loaded, then started, then stopped. */
export class ServerProcess {
  /** Resolves when the process has ended, with its exit code or signal. */
  readonly ended: Promise<number | string>;
  /** Resolves with the last failure, or an end that nobody asked for. */
  readonly failed: Promise<Outcome>;
  private stopped = false;
  private readonly child: ChildProcess;
  private readonly listening: Promise<Outcome>;

  constructor() {
    // Node's own flags are the parent's.
    this.child = fork(CHILD, [], { stdio: ["ignore", "inherit", "inherit", "ipc"] });
    this.ended = once(this.child, "exit").then(([code, signal]) => (code ?? signal) as number | string);
    let failure: FromServer | undefined;
    this.listening = new Promise((resolve) => {
      this.child.on("message", (message: FromServer) => {
        if (message.type === "listening") resolve(message);
        else failure = message;
      });
    });
    this.failed = this.ended.then(
      (status) => failure ?? { type: "failed", stage: "start", reason: `The server's process ended with ${status}.` },
    );
  }

  /** Imports the sources as they are now. */
  load(): void {
    this.send({ type: "load" });
  }

  /** Starts what was loaded. The data directory must be free. */
  start(config: Config, greet: boolean): Promise<Outcome> {
    this.send({ type: "start", config, greet });
    return Promise.race([this.listening, this.failed]);
  }

  /** Resolves once what it had accepted is durable and the process has ended. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.send({ type: "stop" });
    await this.ended;
  }

  get wasStopped(): boolean {
    return this.stopped;
  }

  private send(message: ToServer): void {
    // A process that has ended takes no message; its end is known by then, or soon.
    if (this.child.connected) this.child.send(message, () => undefined);
  }
}
