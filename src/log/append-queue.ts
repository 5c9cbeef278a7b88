import { DaybookError } from "../errors.ts";
import type { Append, Appended } from "./contract.ts";

/** Appends wait for the batch before them to become durable. Beyond this much of them, further ones are refused: the disk does not keep up. */
export const QUEUE_BYTES_MAX = 64 * 1024 * 1024;
/** What every waiting append counts at least: its closure and its promise. */
const WAITING_BYTES_MIN = 1024;

/** An append and the promise that was given for it. */
export interface Waiting {
  readonly append: Append;
  readonly bytes: number;
  resolve(appended: Appended): void;
  reject(error: unknown): void;
}

/** Appends that no batch has taken yet, in order. */
export class AppendQueue {
  private waiting: Waiting[] = [];
  private bytes = 0;

  get length(): number {
    return this.waiting.length;
  }

  get hasReserved(): boolean {
    return this.waiting.some(({ append }) => append.reserved === true);
  }

  push(append: Append): Promise<Appended> {
    const bytes = WAITING_BYTES_MIN + (append.bytes ?? 0);
    if (this.bytes + bytes > QUEUE_BYTES_MAX) {
      return Promise.reject(logUnavailable("more is waiting to be written than the disk keeps up with"));
    }
    this.bytes += bytes;
    return new Promise((resolve, reject) => {
      this.waiting.push({ append, bytes, resolve, reject });
    });
  }

  /** Hands over the first ones until `take` says that it wants no more. */
  drain(take: (waiting: Waiting) => boolean): void {
    let taken = 0;
    let more = true;
    for (const waiting of this.waiting) {
      if (!more) break;
      taken++;
      this.bytes -= waiting.bytes;
      more = take(waiting);
    }
    this.waiting = this.waiting.slice(taken);
  }

  /** Rejects those that `which` picks. */
  reject(error: DaybookError, which: (append: Append) => boolean = () => true): void {
    const rejected = this.waiting.filter(({ append }) => which(append));
    this.waiting = this.waiting.filter(({ append }) => !which(append));
    for (const { bytes, reject } of rejected) {
      this.bytes -= bytes;
      reject(error);
    }
  }
}

export function logUnavailable(reason: string): DaybookError {
  return new DaybookError("log_unavailable", `The log takes no events at the moment: ${reason}.`, {
    retryAfterSeconds: 1,
  });
}
