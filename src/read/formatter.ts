import type { Worker } from "node:worker_threads";
import { LogCorruption } from "../log/index.ts";
import { startThread } from "../thread.ts";
import { type Format, type Written, writeRows } from "./format.ts";
import type { FormatAnswer, FormatRequest, WrittenAnswer } from "./format-worker.ts";
import { memoryOf, type Rows } from "./rows.ts";

/** Who decodes, checks and writes the rows of exports. */
export interface Formatter {
  /** The rows are handed over: their memory can be gone afterwards. */
  write(format: Format, rows: Rows): Promise<Written>;
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

interface Thread {
  readonly worker: Worker;
  /** It has loaded its code. */
  isReady: boolean;
}

/**
 * In a thread beside the main one, which is started by the first export and stays. Decoding, checking and writing is most of the work of an
 * export, and does not keep others waiting there. Until the thread is ready, rows are written here: nobody waits for it to start.
 */
export class FormatThread implements Formatter {
  private thread: Thread | undefined;
  private waiting: Waiting[] = [];
  private closed = false;

  async write(format: Format, rows: Rows): Promise<Written> {
    if (this.closed) throw new Error("exports are no longer written");
    const { worker, isReady } = this.started();
    if (!isReady) return writeRows(format, rows);
    return new Promise((resolve, reject) => {
      this.waiting.push({ resolve, reject });
      worker.postMessage({ format, rows } satisfies FormatRequest, memoryOf(rows));
    });
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.thread?.worker.terminate();
  }

  private started(): Thread {
    if (this.thread !== undefined) return this.thread;
    const worker = startThread("format-worker", import.meta.url, LIMITS);
    const thread = { worker, isReady: false };
    // It keeps no process running that has nothing else to do.
    worker.unref();
    worker.on("message", (answer: FormatAnswer) => {
      if (answer === "ready") {
        thread.isReady = true;
        return;
      }
      const waiting = this.waiting.shift();
      if ("error" in answer) waiting?.reject(answer.error);
      else waiting?.resolve(writtenOf(answer));
    });
    worker.on("error", (error: Error) => this.lost(worker, error));
    worker.on("exit", () => this.lost(worker, new Error("the thread that writes exports has ended")));
    this.thread = thread;
    return thread;
  }

  /** The exports that are under way break off; the next one starts another thread. */
  private lost(worker: Worker, error: Error): void {
    if (this.thread?.worker !== worker) return;
    this.thread = undefined;
    for (const { reject } of this.waiting.splice(0)) reject(error);
  }
}

function writtenOf({ bytes, damaged, corruptions }: WrittenAnswer): Written {
  return {
    bytes,
    damaged,
    corruptions: corruptions.map(({ file, offset, reason }) => new LogCorruption(file, offset, reason)),
  };
}
