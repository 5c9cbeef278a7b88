import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import type { Socket } from "node:net";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { programArguments } from "../../child-process.ts";
import { CHANNEL_FD, Channel, FROM_ENGINE, type Frame, TO_ENGINE } from "./channel.ts";
import { EngineRefused, EngineUnavailable } from "./errors.ts";
import { forgetEngine, recordEngine } from "./orphan.ts";
import { whileUnresponsive } from "./signs-of-life.ts";
import { encodeStatement, type Statement } from "./statement.ts";

/** Each of the engine's connections works on a thread of libuv's pool. */
const THREADS = 8;
/** Nothing else of the server's environment: the engine needs none of its secrets, nor options for its Node.js. */
const ENVIRONMENT = ["PATH", "HOME", "TMPDIR", "TZ", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"];
/** How long what runs can take to end once it is closed. */
const CLOSE_MS = 10_000;
/** How long it can live on without its channel. */
const DEAF_MS = 1_000;
/** The last lines that it printed: why a directory cannot be opened, chDB only prints. */
const LINES_MAX = 20;

interface Asked {
  readonly resolve: (result: Buffer) => void;
  readonly reject: (error: Error) => void;
}

/** One process of the engine, from its start to its end. */
export class EngineProcess {
  readonly pid: number | undefined;
  /** Resolves once it has opened its directory. @throws EngineRefused, EngineUnavailable. */
  readonly ready: Promise<void>;
  /** Resolves with what ended it, once it is gone. */
  readonly ended: Promise<string>;
  private readonly child: ChildProcess;
  private readonly channel: Channel;
  private readonly asked = new Map<number, Asked>();
  private readonly watch: { answered(): void; stop(): void };
  private readonly printed: string[] = [];
  private settle: Asked | undefined;
  private refusal: string | undefined;
  private lastId = 0;
  /** Why the server ended it. */
  private killed: string | undefined;

  /** @param output gets each line that it prints. */
  constructor(directory: string, output: (line: string) => void) {
    const token = randomUUID();
    this.child = spawn(process.execPath, [...programArguments("program/main", import.meta.url), directory, token], {
      // chDB appends what it can read on standard input to the rows of an INSERT.
      stdio: ["ignore", "pipe", "pipe", "pipe"],
      env: { ...environment(), UV_THREADPOOL_SIZE: String(THREADS) },
    });
    this.pid = this.child.pid;
    this.noting(output, () => this.pid !== undefined && recordEngine(directory, this.pid, token));
    this.ready = new Promise((resolve, reject) => {
      this.settle = { resolve: () => resolve(), reject };
    });
    this.ready.catch(() => undefined);
    this.ended = new Promise((resolve) => {
      this.child.once("error", (error) => resolve(`it could not be started: ${error.message}`));
      // Once all that it printed was read.
      this.child.once("close", (code, signal) =>
        resolve(this.killed ?? `it ended with ${signal ?? `exit code ${code}`}`),
      );
    });
    void this.ended.then((reason) => {
      this.noting(output, () => forgetEngine(directory));
      this.fail(reason);
    });
    for (const stream of [this.child.stdout, this.child.stderr] as Readable[]) {
      createInterface({ input: stream }).on("line", (line) => {
        this.print(line);
        output(line);
      });
    }
    this.channel = new Channel(this.child.stdio[CHANNEL_FD] as Socket, {
      frame: (frame) => this.receive(frame),
      // As a rule because it has ended. One that cannot be talked to is of no use.
      ended: () => setTimeout(() => this.kill("it closed its channel"), DEAF_MS).unref(),
    });
    this.watch = whileUnresponsive(this.child.pid ?? 0, {
      ask: () => this.channel.send(TO_ENGINE.ping),
      hangs: (reason) => this.kill(reason),
    });
  }

  /** @throws EngineUnavailable when it ends before it has answered; else what the engine says. */
  run(statement: Statement): { id: number; answer: Promise<Buffer> } {
    this.lastId = (this.lastId % 0xff_ff_ff_ff) + 1;
    const id = this.lastId;
    const answer = new Promise<Buffer>((resolve, reject) => this.asked.set(id, { resolve, reject }));
    this.channel.send(TO_ENGINE.statement, id, ...encodeStatement(statement));
    return { id, answer };
  }

  /** Asks it to end a statement, whose answer then comes soon. */
  cancel(id: number): void {
    if (this.asked.has(id)) this.channel.send(TO_ENGINE.cancel, id);
  }

  kill(reason: string): void {
    this.killed ??= reason;
    this.child.kill("SIGKILL");
  }

  /** Lets inserts end, cancels queries, and resolves once the process is gone. */
  async close(): Promise<void> {
    this.killed ??= "it was closed";
    this.channel.send(TO_ENGINE.close);
    const late = setTimeout(() => this.kill("it did not close in time"), CLOSE_MS);
    await this.ended;
    clearTimeout(late);
  }

  private receive({ kind, id, payload }: Frame): void {
    this.watch.answered();
    if (kind === FROM_ENGINE.ready) this.settle?.resolve(payload);
    else if (kind === FROM_ENGINE.refused) {
      this.refusal = payload.toString();
      this.kill(this.refusal);
    } else if (kind === FROM_ENGINE.result || kind === FROM_ENGINE.failed) {
      const asked = this.asked.get(id);
      this.asked.delete(id);
      if (kind === FROM_ENGINE.result) asked?.resolve(payload);
      else asked?.reject(new Error(payload.toString()));
    }
  }

  /** On a full disk, say, it works without its record: that matters only where it outlives its server. */
  private noting(output: (line: string) => void, change: () => void): void {
    try {
      change();
    } catch (error) {
      output(`The engine's record was not changed: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  private print(line: string): void {
    this.printed.push(line);
    if (this.printed.length > LINES_MAX) this.printed.shift();
  }

  private fail(reason: string): void {
    this.watch.stop();
    this.channel.close();
    const error = new EngineUnavailable(`The search engine's process is not there: ${reason}.`);
    if (this.refusal === undefined) this.settle?.reject(error);
    else this.settle?.reject(new EngineRefused([this.refusal, ...this.printed].join("\n")));
    for (const { reject } of this.asked.values()) reject(error);
    this.asked.clear();
  }
}

function environment(): Record<string, string> {
  const known = ENVIRONMENT.map((name) => [name, process.env[name]] as const);
  return Object.fromEntries(known.filter((pair): pair is [string, string] => pair[1] !== undefined));
}
