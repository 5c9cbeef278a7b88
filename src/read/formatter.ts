import type { Worker } from "node:worker_threads";
import { startThread } from "../thread.ts";
import { type Format, type Row, type Written, writeRows } from "./format.ts";
import type { FormatAnswer, FormatRequest } from "./format-worker.ts";
import { packRows } from "./packed-rows.ts";

/** Who checks and writes the rows of exports. */
export interface Formatter {
  write(format: Format, rows: readonly Row[]): Promise<Written>;
  close(): Promise<void>;
}

/** In the caller's own thread. */
export const inThisThread: Formatter = {
  write: async (format, rows) => writeRows(format, rows),
  close: async () => undefined,
};

/** What is short-lived is collected early: it would else grow to several times as much as is worked on. */
const LIMITS = { maxYoungGenerationSizeMb: 8 };

interface Waiting {
  readonly resolve: (written: Written) => void;
  readonly reject: (error: Error) => void;
}

/**
 * In a thread beside the main one, which is started by the first export and stays. Checking and writing is most of the work of an export, and
 * does not keep others waiting there.
 */
export class FormatThread implements Formatter {
  private worker: Worker | undefined;
  private waiting: Waiting[] = [];
  private closed = false;

  write(format: Format, rows: readonly Row[]): Promise<Written> {
    if (this.closed) return Promise.reject(new Error("exports are no longer written"));
    const packed = packRows(rows);
    const request: FormatRequest = { format, rows: packed };
    return new Promise((resolve, reject) => {
      this.waiting.push({ resolve, reject });
      const transfer = [packed.bytes.buffer, packed.lengths.buffer, packed.sequences.buffer];
      this.started().postMessage(request, transfer);
    });
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.worker?.terminate();
  }

  private started(): Worker {
    if (this.worker !== undefined) return this.worker;
    const worker = startThread("format-worker", import.meta.url, LIMITS);
    // It keeps no process running that has nothing else to do.
    worker.unref();
    worker.on("message", (answer: FormatAnswer) => {
      const waiting = this.waiting.shift();
      if ("error" in answer) waiting?.reject(answer.error);
      else waiting?.resolve(answer);
    });
    worker.on("error", (error: Error) => this.lost(worker, error));
    worker.on("exit", () => this.lost(worker, new Error("the thread that writes exports has ended")));
    this.worker = worker;
    return worker;
  }

  /** The exports that are under way break off; the next one starts another thread. */
  private lost(worker: Worker, error: Error): void {
    if (this.worker !== worker) return;
    this.worker = undefined;
    for (const { reject } of this.waiting.splice(0)) reject(error);
  }
}
