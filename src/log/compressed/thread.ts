import type { Worker } from "node:worker_threads";
import { startThread } from "../../thread.ts";
import type { EntryPacking } from "../packing.ts";
import { type Answer, errorOf, type Job, type Request } from "./answer.ts";
import type { CompressionEnd } from "./compress.ts";

/** Compresses one segment; what it throws is what `compressSegment` does. */
export interface CompressionRunner {
  run(firstPosition: number, signal: AbortSignal): Promise<CompressionEnd>;
  /** Nothing is under way, and nothing will be asked for a while. */
  rest(): Promise<void>;
}

/** A thread of the log's own, started when there is something to do and ended when there is not. */
export class CompressionThread implements CompressionRunner {
  private readonly directory: string;
  private readonly packing: EntryPacking;
  private worker: Worker | undefined;

  constructor(directory: string, packing: EntryPacking) {
    this.directory = directory;
    this.packing = packing;
  }

  async run(firstPosition: number, signal: AbortSignal): Promise<CompressionEnd> {
    if (signal.aborted) return "stopped";
    this.worker ??= startThread("worker", import.meta.url);
    const job = { directory: this.directory, firstPosition, packingModule: this.packing.module };
    const answer = await ask(this.worker, job, signal);
    if ("failure" in answer) throw errorOf(answer.failure);
    return answer.end;
  }

  async rest(): Promise<void> {
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
