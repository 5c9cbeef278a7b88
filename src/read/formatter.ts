import type { Worker } from "node:worker_threads";
import { LogCorruption } from "../log/index.ts";
import { startThread } from "../thread.ts";
import { type Format, type Written, writeRows } from "./export-format.ts";
import { memoryOf, type Rows } from "./export-rows.ts";
import type { FormatAnswer, FormatRequest, WrittenAnswer } from "./format-worker.ts";

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

/** An export is mostly this work, which two threads share: a third would wait for positions and blocks. */
const THREADS_MAX = 2;

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
  /** For the answers to what it was given, in their order. */
  readonly waiting: Waiting[];
}

/**
 * In threads beside the main one, which are started by the first export that has work for them, and stay. Decoding, checking and writing is most of
 * the work of an export, and does not keep others waiting there. Until a thread is ready, rows are written here: nobody waits for it to start.
 */
export class FormatThreads implements Formatter {
  private readonly threads = new Set<Thread>();
  private closed = false;

  async write(format: Format, rows: Rows): Promise<Written> {
    if (this.closed) throw new Error("exports are no longer written");
    const thread = this.leastBusy();
    if ((thread === undefined || thread.waiting.length > 0) && this.threads.size < THREADS_MAX) this.start();
    if (thread === undefined) return writeRows(format, rows);
    return new Promise((resolve, reject) => {
      thread.waiting.push({ resolve, reject });
      thread.worker.postMessage({ format, rows } satisfies FormatRequest, memoryOf(rows));
    });
  }

  async close(): Promise<void> {
    this.closed = true;
    await Promise.all([...this.threads].map(({ worker }) => worker.terminate()));
  }

  /** Of those that are ready. */
  private leastBusy(): Thread | undefined {
    const ready = [...this.threads].filter(({ isReady }) => isReady);
    return ready.sort((one, other) => one.waiting.length - other.waiting.length)[0];
  }

  private start(): void {
    const worker = startThread("format-worker", import.meta.url, LIMITS);
    const thread: Thread = { worker, isReady: false, waiting: [] };
    // It keeps no process running that has nothing else to do.
    worker.unref();
    worker.on("message", (answer: FormatAnswer) => {
      if (answer === "ready") {
        thread.isReady = true;
        return;
      }
      const waiting = thread.waiting.shift();
      if ("error" in answer) waiting?.reject(answer.error);
      else waiting?.resolve(writtenOf(answer));
    });
    worker.on("error", (error: Error) => this.lost(thread, error));
    worker.on("exit", () => this.lost(thread, new Error("the thread that writes exports has ended")));
    this.threads.add(thread);
  }

  /** The exports that it works for break off; the next one starts another thread. */
  private lost(thread: Thread, error: Error): void {
    this.threads.delete(thread);
    for (const { reject } of thread.waiting.splice(0)) reject(error);
  }
}

function writtenOf({ bytes, damaged, corruptions }: WrittenAnswer): Written {
  return {
    bytes,
    damaged,
    corruptions: corruptions.map(({ file, offset, reason }) => new LogCorruption(file, offset, reason)),
  };
}
