import { Worker } from "node:worker_threads";
import type { EntryPacking } from "../packing.ts";
import { type Answer, errorOf, type Job, type WorkerInput } from "./answer.ts";
import type { CompressionEnd } from "./compress.ts";

/** Compresses one segment; what it throws is what `compressSegment` does. */
export interface CompressionRunner {
  run(firstPosition: number, signal: AbortSignal): Promise<CompressionEnd>;
  /** Nothing is under way, and nothing will be asked for a while. */
  rest(): Promise<void>;
}

const FROM_SOURCE = import.meta.url.endsWith(".ts");
const WORKER = new URL(FROM_SOURCE ? "./worker.ts" : "./worker.js", import.meta.url);
/** From source a thread needs to be told how to load TypeScript, when the process was not. */
const SOURCE_ARGUMENTS = ["--conditions", "daybook-source", "--import", "tsx"];

/** A thread of the log's own, started when there is something to do and ended when there is not. */
export class CompressionThread implements CompressionRunner {
  private readonly input: WorkerInput;
  private worker: Worker | undefined;

  constructor(directory: string, packing: EntryPacking) {
    this.input = { directory, packingModule: packing.module };
  }

  async run(firstPosition: number, signal: AbortSignal): Promise<CompressionEnd> {
    if (signal.aborted) return "stopped";
    this.worker ??= this.start();
    const answer = await ask(this.worker, firstPosition, signal);
    if ("failure" in answer) throw errorOf(answer.failure);
    return answer.end;
  }

  async rest(): Promise<void> {
    const { worker } = this;
    this.worker = undefined;
    await worker?.terminate();
  }

  private start(): Worker {
    const execArgv = FROM_SOURCE ? { execArgv: SOURCE_ARGUMENTS } : {};
    return new Worker(WORKER, { workerData: this.input, name: "log compression", ...execArgv });
  }
}

function ask(worker: Worker, firstPosition: number, signal: AbortSignal): Promise<Answer> {
  return new Promise<Answer>((resolve, reject) => {
    const post = (job: Job) => worker.postMessage(job);
    const stop = () => post("stop");
    const settle = (go: () => void) => {
      signal.removeEventListener("abort", stop);
      worker.removeAllListeners();
      go();
    };
    worker.once("message", (answer: Answer) => settle(() => resolve(answer)));
    worker.once("error", (error) => settle(() => reject(error)));
    worker.once("exit", (code) => settle(() => reject(new Error(`the compression thread ended with code ${code}`))));
    signal.addEventListener("abort", stop);
    post({ firstPosition });
  });
}
