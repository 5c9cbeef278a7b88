import type { Worker } from "node:worker_threads";
import type { EntryPacking } from "../../packing.ts";
import { startThread } from "../../thread.ts";
import type { CompressionEnd } from "./compress.ts";
import { type Answer, errorOf, type Job, type Request } from "./thread-messages.ts";

/** Compresses one segment; what it throws is what `compressSegment` does. */
export interface CompressionRunner {
  run(firstPosition: number, signal: AbortSignal): Promise<CompressionEnd>;
  /** Nothing is under way, and perhaps nothing will be asked for a while. */
  rest(): void;
  /** Nothing is under way, and nothing will be asked. */
  close(): Promise<void>;
}

/**
 * A thread that has nothing to do is kept for so long. A new one loads the modules and compiles what it runs often, which takes about as much
 * processor time as compressing a segment does. Under load segments follow each other within seconds.
 */
const IDLE_MS = 60_000;

/** A thread of the log's own, started when there is something to do, and ended some time after there is not. */
export class CompressionThread implements CompressionRunner {
  private readonly directory: string;
  private readonly packing: EntryPacking;
  private worker: Worker | undefined;
  private idle: NodeJS.Timeout | undefined;

  constructor(directory: string, packing: EntryPacking) {
    this.directory = directory;
    this.packing = packing;
  }

  async run(firstPosition: number, signal: AbortSignal): Promise<CompressionEnd> {
    if (signal.aborted) return "stopped";
    clearTimeout(this.idle);
    this.worker ??= this.start();
    const job = { directory: this.directory, firstPosition, packingModule: this.packing.module };
    const answer = await ask(this.worker, job, signal);
    if ("failure" in answer) throw errorOf(answer.failure);
    return answer.end;
  }

  private start(): Worker {
    const worker = startThread("worker", import.meta.url);
    const forget = () => {
      if (this.worker === worker) this.worker = undefined;
    };
    // Whoever waits for an answer hears why. One that ends while it is idle is missed by nobody: the next segment gets another one.
    return worker.on("error", forget).on("exit", forget);
  }

  rest(): void {
    this.idle = setTimeout(() => void this.close(), IDLE_MS).unref();
  }

  async close(): Promise<void> {
    clearTimeout(this.idle);
    const { worker } = this;
    this.worker = undefined;
    await worker?.terminate();
  }
}

function ask(worker: Worker, job: Job, signal: AbortSignal): Promise<Answer> {
  return new Promise<Answer>((resolve, reject) => {
    const stop = () => worker.postMessage("stop" satisfies Request);
    const onAnswer = (answer: Answer) => {
      leave();
      resolve(answer);
    };
    const onError = (error: Error) => {
      leave();
      reject(error);
    };
    const onExit = (code: number) => onError(new Error(`the compression thread ended with code ${code}`));
    const leave = () => {
      signal.removeEventListener("abort", stop);
      worker.off("message", onAnswer).off("error", onError).off("exit", onExit);
    };
    worker.on("message", onAnswer).on("error", onError).on("exit", onExit);
    signal.addEventListener("abort", stop);
    worker.postMessage(job satisfies Request);
  });
}
