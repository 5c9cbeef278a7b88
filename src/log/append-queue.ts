import { FairQueue, type Sender } from "../admission/index.ts";
import { DaybookError } from "../errors.ts";
import type { Append, Submission } from "./contract.ts";

/** Appends wait for the batch before them to become durable. Beyond this much of them, further ones are refused: the disk does not keep up. */
export const QUEUE_BYTES_MAX = 64 * 1024 * 1024;
/** What every waiting append counts at least. */
const WAITING_BYTES_MIN = 1024;

/** Who appends without a name: the system itself. */
const NOBODY: Sender = { organization: "", key: "" };

/** Appends that no batch has taken yet: of one sender in order, of several in fair shares, so that nobody waits for all that another one sent before. */
export class AppendQueue {
  private readonly waiting = new FairQueue<Submission>();
  private bytes = 0;
  private reserved = 0;

  get length(): number {
    return this.waiting.size;
  }

  get hasReserved(): boolean {
    return this.reserved > 0;
  }

  push(submission: Submission): void {
    const bytes = waitingBytes(submission);
    if (this.bytes + bytes > QUEUE_BYTES_MAX) {
      submission.refused(logUnavailable("more is waiting to be written than the disk keeps up with"));
      return;
    }
    this.bytes += bytes;
    if (submission.reserved === true) this.reserved++;
    this.waiting.push(submission.sender ?? NOBODY, submission, bytes);
  }

  /** Hands over the next ones until `take` says that it wants no more. */
  drain(take: (submission: Submission) => boolean): void {
    for (let more = true; more; ) {
      const submission = this.shift();
      if (submission === undefined) return;
      more = take(submission);
    }
  }

  /** Refuses those that `which` picks. */
  refuse(error: DaybookError, which: (append: Append) => boolean = () => true): void {
    const refused: Submission[] = [];
    const kept: Submission[] = [];
    for (let next = this.shift(); next !== undefined; next = this.shift()) (which(next) ? refused : kept).push(next);
    for (const submission of kept) this.push(submission);
    for (const submission of refused) submission.refused(error);
  }

  private shift(): Submission | undefined {
    const submission = this.waiting.shift();
    if (submission === undefined) return undefined;
    this.bytes -= waitingBytes(submission);
    if (submission.reserved === true) this.reserved--;
    return submission;
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
