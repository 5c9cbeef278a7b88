import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, fstatSync, openSync, readSync } from "node:fs";
import { join } from "node:path";
import type { Random } from "../log/random.ts";
import { builtChild } from "../support/built-child.ts";
import type { Journaled, Mode, Ports } from "./receiver-process.ts";

/** Ports below those that systems give to outgoing connections: one must be free again when the process comes back. */
const PORTS = { from: 20_000, count: 12_000 };

/** The process of all receivers, and the journal of what it has taken. */
export class Receivers {
  readonly ports: Ports;
  private readonly directory: string;
  private child: ChildProcess | undefined;
  private readonly lines: Journaled[] = [];
  private read = 0;

  private constructor(directory: string, ports: Ports) {
    this.directory = directory;
    this.ports = ports;
  }

  static async start(directory: string, random: Random): Promise<Receivers> {
    for (;;) {
      const port = PORTS.from + random.integer(PORTS.count);
      const receivers = new Receivers(directory, { http: port, s3: port + 1, syslog: port + 2 });
      if (await receivers.start()) return receivers;
    }
  }

  /** @returns false where one of its ports is taken. */
  async start(): Promise<boolean> {
    const file = await builtChild("./receivers.child.ts", import.meta.url);
    const child = fork(file, [this.directory, JSON.stringify(this.ports)], {
      stdio: ["ignore", "inherit", "ignore", "ipc"],
    });
    this.child = child;
    return Promise.race([once(child, "message").then(() => true), once(child, "exit").then(() => false)]);
  }

  async behave(mode: Mode): Promise<void> {
    const heard = once(this.child as ChildProcess, "message");
    this.child?.send(mode);
    await heard;
  }

  async kill(): Promise<void> {
    const child = this.child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
  }

  /** Everything so far, in the order in which it came. */
  journal(): readonly Journaled[] {
    const path = join(this.directory, "journal.ndjson");
    if (!existsSync(path)) return [];
    const file = openSync(path, "r");
    try {
      const bytes = Buffer.alloc(fstatSync(file).size - this.read);
      const length = readSync(file, bytes, 0, bytes.length, this.read);
      const whole = bytes.lastIndexOf("\n", length - 1) + 1;
      this.read += whole;
      const added = bytes.toString("utf8", 0, whole).split("\n").slice(0, -1);
      this.lines.push(...added.map((line) => JSON.parse(line) as Journaled));
    } finally {
      closeSync(file);
    }
    return this.lines;
  }
}
