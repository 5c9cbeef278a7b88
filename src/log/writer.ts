import { DaybookError } from "../errors.ts";
import { AppendQueue, logUnavailable } from "./append-queue.ts";
import type { Ballast } from "./ballast.ts";
import type { Batch } from "./batch.ts";
import { type CommitPoint, type FramedBatch, LogDiverged, NotCommitted } from "./commit-point.ts";
import type { ScanState } from "./continuity.ts";
import type { Append, Appended, Submission } from "./contract.ts";
import { isOutOfSpace } from "./errors.ts";
import { BATCH_BYTES_TARGET, ORGANIZATION_BYTES_MAX, STORED_BYTES_MAX } from "./format.ts";
import type { SegmentWriter } from "./segment-writer.ts";
import { Turns } from "./turns.ts";

const ORGANIZATION = new RegExp(`^[\\x21-\\x7e]{1,${ORGANIZATION_BYTES_MAX}}$`);
const DISK_FULL = "the disk is full";

/** Entries that are encoded before the clock is looked at. */
const SLICE = 32;

export interface WriterOptions {
  readonly ballast: Ballast;
  /** The time of the next batch; never decreases. */
  readonly time: () => number;
  /** Where a batch is committed before it is written here. Default: the local disk alone counts. */
  readonly commitPoint?: CommitPoint | undefined;
  /** Before anything is written. @throws LogLockLost */
  readonly requireLock: () => void;
  /** While the disk is full, how often to see whether space is back. */
  readonly probeIntervalMs: number;
  /** Appends are refused from now on. */
  readonly onReadOnly: (reason: string, error: Error) => void;
  /** Space is back: appends are taken again. */
  readonly onWritable: () => void;
  /** Entries became durable. */
  readonly onDurable: () => void;
  /** Nothing can be known any more: the process must end. */
  readonly onFatal: (error: Error) => void;
}

/** What is in a batch, and where. */
interface Encoded {
  readonly submissions: Submission[];
  readonly places: Appended[];
}

/** Batches of another node that wait to be written. */
interface Adoption {
  readonly batches: readonly FramedBatch[];
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Group commit. One loop takes what waits, makes a batch, writes it, syncs it, and only then says so to each submission; whatever
 * arrives meanwhile shares the next batch. The loop alone uses the segments and the ballast; `append` only queues.
 *
 * Encoding a large batch lets other work of the process have its turns.
 */
export class Writer {
  private readonly options: WriterOptions;
  private readonly segments: SegmentWriter;
  private readonly state: ScanState;
  private readonly queue = new AppendQueue();
  private readonly adoptions: Adoption[] = [];
  /** Why this node takes no appends though nothing is wrong with it: another one leads. */
  private following: string | undefined;
  private running = false;
  private full = false;
  private probeDue = false;
  private probeTimer: NodeJS.Timeout | undefined;
  /** Why appends are refused for good: closing, damaged or failed. */
  private stopped: string | undefined;
  private fatal: Error | undefined;
  private closing: ReturnType<typeof withResolvers<void>> | undefined;

  constructor(options: WriterOptions, segments: SegmentWriter, state: ScanState) {
    this.options = options;
    this.segments = segments;
    this.state = state;
  }

  get readOnly(): string | undefined {
    return this.stopped ?? this.following ?? this.trouble;
  }

  /** What is wrong with this node's own log. */
  get trouble(): string | undefined {
    return this.stopped ?? (this.full ? DISK_FULL : undefined);
  }

  /** Appends are taken from now on. */
  lead(): void {
    this.following = undefined;
  }

  /** Appends are refused from now on. @param reason in a few words. */
  follow(reason: string): void {
    this.following = reason;
    this.queue.refuse(logUnavailable(reason));
  }

  /** Writes batches that another node committed. @throws LogDiverged; DaybookError `log_unavailable` on a full disk, or when it closes. */
  adopt(batches: readonly FramedBatch[]): Promise<void> {
    const { promise, resolve, reject } = withResolvers<void>();
    if (this.stopped !== undefined) reject(logUnavailable(this.stopped));
    else {
      this.adoptions.push({ batches, resolve, reject });
      this.wake();
    }
    return promise;
  }

  /** Opens a segment to write to and sets space aside. On a full disk the log starts read-only. */
  async start(): Promise<void> {
    const { ballast, commitPoint } = this.options;
    // Where a shared log begins its segments, its leader decides: there can be more of a full one to read.
    if (commitPoint === undefined && !(await this.withSpace(false, () => this.segments.makeRoom()))) return;
    if ((await ballast.exists()) || (await ballast.fill())) return;
    this.turnFull(new Error("there is no room for the space that is set aside for a full disk"));
  }

  submit(batch: readonly Submission[]): void {
    for (const submission of batch) {
      const refusal = submission.reserved === true ? (this.stopped ?? this.following) : this.readOnly;
      if (!ORGANIZATION.test(submission.organization)) {
        submission.refused(
          new RangeError(`an organization is 1 to ${ORGANIZATION_BYTES_MAX} printable ASCII characters`),
        );
      } else if (refusal !== undefined) submission.refused(logUnavailable(refusal));
      else this.queue.push(submission);
    }
    if (this.queue.length > 0) this.wake();
  }

  append(batch: readonly Append[]): Promise<Appended>[] {
    const submissions: Submission[] = [];
    const promises = batch.map((append) => {
      const { promise, resolve, reject } = withResolvers<Appended>();
      submissions.push({
        ...append,
        encode: (...place) => append.encode(...place),
        appended: resolve,
        refused: reject,
      });
      return promise;
    });
    this.submit(submissions);
    return promises;
  }

  /** Refuses every append from now on, for good. */
  stop(reason: string, error: Error): void {
    if (this.stopped !== undefined) return;
    this.stopped = reason;
    this.queue.refuse(logUnavailable(reason));
    this.options.onReadOnly(reason, error);
  }

  /**
   * Nothing can be known any more. The submissions of the batch that was being written hear nothing: whether it is in the log cannot be known, and the process is
   * about to end. What was not begun is refused.
   */
  fail(error: Error): void {
    if (this.fatal !== undefined) return;
    this.fatal = error;
    clearTimeout(this.probeTimer);
    this.stopped = "the log has failed";
    this.queue.refuse(logUnavailable(this.stopped));
    for (const { reject } of this.adoptions.splice(0)) reject(error);
    this.closing?.reject(error);
    this.options.onFatal(error);
  }

  /** Writes what waits, then closes the newest segment. @throws the error that was fatal. */
  close(): Promise<void> {
    if (this.closing !== undefined) return this.closing.promise;
    const { promise, resolve, reject } = withResolvers<void>();
    this.closing = { promise, resolve, reject };
    this.stopped ??= "the log is closing";
    if (this.fatal !== undefined) reject(this.fatal);
    else this.wake();
    return promise;
  }

  private wake(): void {
    if (this.running || this.fatal !== undefined) return;
    this.running = true;
    // Whatever arrives in this turn of the event loop shares the batch.
    setImmediate(() => void this.run());
  }

  private async run(): Promise<void> {
    try {
      while (this.queue.length > 0 || this.probeDue || this.adoptions.length > 0) {
        if (this.probeDue) await this.probe();
        for (let next = this.adoptions.shift(); next !== undefined; next = this.adoptions.shift()) {
          await this.writeAdopted(next);
        }
        if (this.queue.length > 0) await this.writeBatch();
      }
      if (this.closing !== undefined) {
        clearTimeout(this.probeTimer);
        // The mark of a clean stop is written where another process can have begun its next batch.
        this.options.requireLock();
        await this.segments.close();
        this.closing.resolve();
      } else {
        this.running = false;
      }
    } catch (error) {
      this.fail(error instanceof Error ? error : new Error(String(error)));
    }
  }

  private async writeBatch(): Promise<void> {
    this.options.requireLock();
    if (!(await this.withSpace(this.queue.hasReserved, () => this.segments.makeRoom()))) {
      this.queue.refuse(logUnavailable(DISK_FULL));
      return;
    }
    const recordedAt = Math.max(this.state.recordedAt, this.options.time());
    const { submissions, places } = await this.encode(recordedAt);
    if (submissions.length === 0) return;
    const reserved = submissions.some((submission) => submission.reserved === true);
    // Once more: encoding has paused.
    this.options.requireLock();
    const framed = this.segments.frame(recordedAt);
    const refusal = await this.commit(framed, reserved);
    if (refusal !== undefined) {
      this.state.counters.rollback();
      for (const submission of submissions) submission.refused(logUnavailable(refusal));
      return;
    }
    for (const [index, submission] of submissions.entries()) submission.appended(places[index] as Appended);
    this.options.onDurable();
  }

  /** Makes a batch durable. @returns why it is not in the log, in a few words. */
  private async commit(framed: FramedBatch, reserved: boolean): Promise<string | undefined> {
    const { commitPoint } = this.options;
    if (commitPoint === undefined) {
      return (await this.withSpace(reserved, () => this.segments.write(framed))) ? undefined : DISK_FULL;
    }
    try {
      await commitPoint.commit(framed);
    } catch (error) {
      if (error instanceof NotCommitted) return error.message;
      throw error;
    }
    // It is in the log now, whatever the local disk says. Space was set aside for more than one batch.
    if (await this.withSpace(true, () => this.segments.write(framed))) return undefined;
    throw new Error("the disk is too full for a batch that was committed: this node cannot go on");
  }

  private async writeAdopted({ batches, resolve, reject }: Adoption): Promise<void> {
    this.options.requireLock();
    try {
      for (const batch of batches) {
        // It was this node's own, and what became of it was not known when it was read.
        const end = batch.firstPosition + batch.entries;
        const { position, chainHash } = this.state;
        if (end < position || (end === position && batch.chainHash.equals(chainHash))) continue;
        if (!(await this.withSpace(false, () => this.segments.adopt(batch)))) throw logUnavailable(DISK_FULL);
      }
      resolve();
    } catch (error) {
      reject(error);
      if (!(error instanceof LogDiverged || error instanceof DaybookError)) throw error;
    } finally {
      this.options.onDurable();
    }
  }

  /** Encodes from the queue until the batch is large enough or nothing waits. */
  private async encode(recordedAt: number): Promise<Encoded> {
    const batch = this.segments.startBatch();
    const encoded: Encoded = { submissions: [], places: [] };
    const turns = new Turns();
    while (this.queue.length > 0 && batch.bytes < BATCH_BYTES_TARGET) {
      let left = SLICE;
      this.queue.drain((submission) => {
        this.encodeOne(submission, recordedAt, batch, encoded);
        return --left > 0 && batch.bytes < BATCH_BYTES_TARGET;
      });
      if (turns.due) await turns.pause();
    }
    return encoded;
  }

  private encodeOne(submission: Submission, recordedAt: number, batch: Batch, { submissions, places }: Encoded): void {
    const { counters } = this.state;
    const { organization } = submission;
    try {
      const sequence = counters.next(organization);
      const entry = submission.encode(sequence, recordedAt);
      if (entry.header.length + entry.body.length > STORED_BYTES_MAX) {
        throw new DaybookError("event_too_large", `An entry has at most ${STORED_BYTES_MAX} bytes.`);
      }
      const { position, leafHash } = batch.add(organization, sequence, entry);
      counters.take(organization);
      submissions.push(submission);
      places.push({ position, sequence, recordedAt, leafHash });
    } catch (error) {
      submission.refused(error);
    }
  }

  /**
   * Tries a write. On a full disk the log turns read-only; when the system's own entries wait for it, the ballast is given
   * up and the very same bytes are tried once more.
   * @returns whether it was written.
   */
  private async withSpace(reserved: boolean, write: () => Promise<void>): Promise<boolean> {
    for (const lastTry of [!reserved, true]) {
      try {
        await write();
        return true;
      } catch (error) {
        if (!isOutOfSpace(error)) throw error;
        this.turnFull(error as Error);
        if (lastTry) return false;
        await this.options.ballast.release();
      }
    }
    return false;
  }

  private turnFull(error: Error): void {
    if (this.full) return;
    this.full = true;
    this.queue.refuse(logUnavailable(DISK_FULL), ({ reserved }) => reserved !== true);
    this.scheduleProbe();
    this.options.onReadOnly(DISK_FULL, error);
  }

  private scheduleProbe(): void {
    this.probeTimer = setTimeout(() => {
      this.probeDue = true;
      this.wake();
    }, this.options.probeIntervalMs).unref();
  }

  /** Space is back once the ballast can be created again. */
  private async probe(): Promise<void> {
    this.probeDue = false;
    if (this.closing !== undefined) return;
    if (!(await this.options.ballast.fill())) {
      this.scheduleProbe();
      return;
    }
    this.full = false;
    if (this.stopped === undefined) this.options.onWritable();
  }
}

function withResolvers<T>() {
  let resolve: (value: T) => void = () => undefined;
  let reject: (error: unknown) => void = () => undefined;
  const promise = new Promise<T>((resolvePromise, rejectPromise) => {
    resolve = resolvePromise;
    reject = rejectPromise;
  });
  return { promise, resolve, reject };
}
