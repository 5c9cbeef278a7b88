import { rmSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { EngineProcess } from "./engine-process.ts";
import { EngineRefused, EngineUnavailable } from "./errors.ts";
import { endOrphan } from "./orphan.ts";
import type { Statement } from "./statement.ts";

/** What an operator should know of the engine's process. */
export type EngineNotice =
  | { readonly type: "engine_started"; readonly pid: number | undefined; readonly orphan?: number }
  /** Search answers again once the next one has started. */
  | { readonly type: "engine_ended"; readonly reason: string }
  /** The store could not be opened: it is deleted, and read from the log again. */
  | { readonly type: "engine_replaced"; readonly reason: string }
  | { readonly type: "engine_output"; readonly line: string };

export interface EngineOptions {
  /** What to do with a store that cannot be opened: `replace` deletes it, since the log has everything; `keep` only reports it. */
  readonly damaged: "replace" | "keep";
  readonly notice: (notice: EngineNotice) => void;
}

/** A statement that takes longer is given up. */
const STATEMENT_MS = 60_000;
const TOO_LONG = `The search engine took more than ${STATEMENT_MS / 1000} s for a statement.`;
/** An engine that goes on with a statement it was asked to cancel hangs. */
const CANCEL_MS = 15_000;
/** Between attempts to start it. */
const PAUSE_MIN_MS = 100;
const PAUSE_MAX_MS = 5_000;
/** So many processes in a row that die as they open the store: it is taken for damaged. */
const DEATHS_MAX = 3;
const LINE_MAX = 2_000;

/**
 * The embedded engine: a process that is there while this is open, and is started again whenever it ends. What was asked of one that
 * ended fails; whether an insert took effect is then unknown.
 */
export class Engine {
  private readonly directory: string;
  private readonly options: EngineOptions;
  private readonly closing = new AbortController();
  private readonly supervision: Promise<void>;
  /** Resolves with the first outcome: statements wait for it, and for no later start. */
  private readonly begun: Promise<void>;
  private begin: () => void = () => undefined;
  private process: EngineProcess | undefined;
  private reason: Error = new EngineUnavailable("The search engine is not open yet.");

  constructor(directory: string, options: EngineOptions) {
    this.directory = directory;
    this.options = options;
    this.begun = new Promise((resolve) => {
      this.begin = resolve;
    });
    this.supervision = this.supervise();
  }

  /** @throws EngineUnavailable while no engine is there, EngineRefused when none can be, or what the engine answers; the signal's reason. */
  async run(statement: Statement, signal?: AbortSignal): Promise<Buffer> {
    await this.begun;
    signal?.throwIfAborted();
    const { process } = this;
    if (process === undefined) throw this.reason;
    const { id, answer } = process.run(statement);
    return await new Promise((resolve, reject) => {
      let late: NodeJS.Timeout | undefined;
      const giveUp = (reason: unknown) => {
        process.cancel(id);
        late ??= setTimeout(() => process.kill("it went on with a statement that was cancelled"), CANCEL_MS);
        reject(reason);
      };
      const abort = () => giveUp(signal?.reason);
      const tooLong = setTimeout(() => giveUp(new Error(TOO_LONG)), STATEMENT_MS);
      signal?.addEventListener("abort", abort);
      answer.then(resolve, reject).finally(() => {
        signal?.removeEventListener("abort", abort);
        clearTimeout(tooLong);
        clearTimeout(late);
      });
    });
  }

  async close(): Promise<void> {
    this.closing.abort();
    await this.supervision;
  }

  private async supervise(): Promise<void> {
    const { notice } = this.options;
    for (let failures = 0; !this.closing.signal.aborted; ) {
      let process: EngineProcess | undefined;
      try {
        const orphan = await endOrphan(this.directory);
        process = new EngineProcess(this.directory, (line) =>
          notice({ type: "engine_output", line: line.slice(0, LINE_MAX) }),
        );
        await this.unlessClosing(process.ready);
        failures = 0;
        notice({ type: "engine_started", pid: process.pid, ...(orphan !== undefined && { orphan }) });
        this.process = process;
        this.begin();
        const reason = await this.unlessClosing(process.ended);
        this.process = undefined;
        this.reason = new EngineUnavailable(`The search engine is being started again: ${reason}.`);
        notice({ type: "engine_ended", reason });
      } catch (error) {
        this.process = undefined;
        if (this.closing.signal.aborted) await process?.close();
        else await this.failed(error, ++failures, process);
      }
    }
    this.reason = new EngineUnavailable("The search engine is closed.");
    this.begin();
  }

  /** An attempt to start it failed: replaces a damaged store at once, else waits before the next attempt. */
  private async failed(error: unknown, failures: number, process: EngineProcess | undefined): Promise<void> {
    await process?.ended;
    const { damaged, notice } = this.options;
    const reason = error instanceof Error ? error.message : String(error);
    const died = error instanceof EngineUnavailable && failures % DEATHS_MAX === 0;
    if (damaged === "replace" && (died || (error instanceof EngineRefused && error.damaged))) {
      notice({ type: "engine_replaced", reason });
      rmSync(this.directory, { recursive: true, force: true });
      if (failures === 1) return;
    } else notice({ type: "engine_ended", reason });
    this.reason = error instanceof Error ? error : new Error(reason);
    this.begin();
    const ms = Math.min(PAUSE_MAX_MS, PAUSE_MIN_MS * 2 ** (failures - 1));
    await pause(ms, undefined, { signal: this.closing.signal }).catch(() => undefined);
  }

  /** @throws once this is closed. */
  private unlessClosing<T>(promise: Promise<T>): Promise<T> {
    const { signal } = this.closing;
    return new Promise((resolve, reject) => {
      const end = () => reject(signal.reason);
      signal.addEventListener("abort", end);
      if (signal.aborted) end();
      promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", end));
    });
  }
}
