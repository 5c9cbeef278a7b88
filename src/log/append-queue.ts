import { DaybookError } from "../errors.ts";
import type { Append, Submission } from "./contract.ts";

/** Appends wait for the batch before them to become durable. Beyond this much of them, further ones are refused: the disk does not keep up. */
export const QUEUE_BYTES_MAX = 64 * 1024 * 1024;
/** What every waiting append counts at least. */
const WAITING_BYTES_MIN = 1024;

/** Appends that no batch has taken yet, in order. */
export class AppendQueue {
  private waiting: Submission[] = [];
  private bytes = 0;

  get length(): number {
    return this.waiting.length;
  }

  get hasReserved(): boolean {
    return this.waiting.some(({ reserved }) => reserved === true);
  }

  push(submission: Submission): void {
    const bytes = waitingBytes(submission);
    if (this.bytes + bytes > QUEUE_BYTES_MAX) {
      submission.refused(logUnavailable("more is waiting to be written than the disk keeps up with"));
      return;
    }
    this.bytes += bytes;
    this.waiting.push(submission);
  }

  /** Hands over the first ones until `take` says that it wants no more. */
  drain(take: (submission: Submission) => boolean): void {
    let taken = 0;
    let more = true;
    for (const submission of this.waiting) {
      if (!more) break;
      taken++;
      this.bytes -= waitingBytes(submission);
      more = take(submission);
    }
    this.waiting = this.waiting.slice(taken);
  }

  /** Refuses those that `which` picks. */
  refuse(error: DaybookError, which: (append: Append) => boolean = () => true): void {
    const refused = this.waiting.filter(which);
    this.waiting = this.waiting.filter((submission) => !which(submission));
    for (const submission of refused) {
      this.bytes -= waitingBytes(submission);
      submission.refused(error);
    }
  }
}

function waitingBytes({ bytes = 0 }: Append): number {
  return WAITING_BYTES_MIN + bytes;
}

export function logUnavailable(reason: string): DaybookError {
  return new DaybookError("log_unavailable", `The log takes no events at the moment: ${reason}.`, {
    retryAfterSeconds: 1,
  });
}
