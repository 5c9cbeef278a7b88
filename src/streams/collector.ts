import { CLOCK, type Clock } from "../clock.ts";
import type { LogEntry, LogReader } from "../log/index.ts";
import type { OutgoingRecord, SinkLimits } from "./contract.ts";
import type { OutgoingRecords } from "./outgoing-records.ts";
import { ownEntries, type Positions } from "./own-entries.ts";

/** The first record of a batch waits at most this long while there is more of the log to read. */
const GATHERED_MS_MAX = 50;
/** After so many bytes of entries became records, others have their turn at this thread. */
const TURN_BYTES = 64 * 1024;

/** Consecutive entries that were read, and the records to send of them. */
export interface Collected {
  readonly records: readonly OutgoingRecord[];
  /** The next position to read. */
  readonly end: number;
  /** First and last entry that was read and belongs to the stream: sequences of its organization, or positions. Undefined if there is none. */
  readonly first: number | undefined;
  readonly last: number | undefined;
}

export interface Cut {
  /** Records, at most. */
  readonly records: number;
  /** Where the batch must end, so that a repeated batch is the same as before. Then nothing else ends it. */
  readonly end: number | undefined;
  /** Send the records shortened. */
  readonly shorten: boolean;
  /** How long to wait for the first entry. Undefined: for ever. */
  readonly idleMs: number | undefined;
}

interface CollectorOptions {
  readonly log: Pick<LogReader, "end" | "follow" | "entries">;
  /** Knows where the organization's entries are. Undefined: everything is read. */
  readonly tree?: Positions;
  readonly records: Pick<OutgoingRecords, "of">;
  /** Undefined: every organization. */
  readonly organization: string | undefined;
  readonly limits: SinkLimits;
  /** Resolves when this stream can work on so many bytes. */
  readonly turn: (bytes: number) => Promise<void> | undefined;
  /** Default: the process's own. */
  readonly clock?: Clock;
}

/** Reads the log for one stream, in batches. It holds at most one chunk of the log and the next batch. */
export class Collector {
  private readonly options: CollectorOptions;
  private readonly clock: Clock;
  private feed: Feed | undefined;
  /** The batch that was read ahead and not returned yet. */
  private begun: Gathering | undefined;
  private reading: Promise<void> = Promise.resolve();

  constructor(options: CollectorOptions) {
    this.options = options;
    this.clock = options.clock ?? CLOCK;
  }

  /**
   * The next batch from a position on; waits until something is recorded. A batch without records says up to where there was nothing to send.
   * @throws the reason of `signal` once it aborts.
   */
  async next(from: number, cut: Cut, signal: AbortSignal): Promise<Collected> {
    await this.reading;
    const batch = this.begunAt(from, cut) ?? new Gathering(this.options, cut, from);
    const feed = this.feedAt(batch.end, signal);
    const { lingerMs } = this.options.limits;
    const { clock } = this;
    let deadline = cut.idleMs === undefined ? undefined : new Deadline(clock, cut.idleMs);
    try {
      while (!this.isEnough(batch, cut)) {
        const entries = await feed.chunk(deadline?.over);
        signal.throwIfAborted();
        if (entries === undefined) break;
        const isFirst = batch.size === 0;
        await this.takeFrom(entries, feed, batch);
        if (!isFirst || batch.size === 0 || lingerMs === 0 || cut.end !== undefined) continue;
        deadline?.clear();
        deadline = new Deadline(clock, lingerMs);
      }
      return batch.collected();
    } finally {
      deadline?.clear();
    }
  }

  /** Reads the next batch while the one before is being sent. An error is thrown when that batch is asked for. */
  readAhead(from: number, sending: Promise<unknown>, signal: AbortSignal): void {
    const { records } = this.options.limits;
    const batch = new Gathering(this.options, { records, end: undefined, shorten: false, idleMs: undefined }, from);
    const over = sending.then(
      () => undefined,
      () => undefined,
    );
    this.begun = batch;
    this.reading = this.fill(batch, over, signal).catch(() => this.stop());
  }

  /** Ends the reading, and releases what it holds. */
  stop(): void {
    this.feed?.stop();
    this.feed = undefined;
    this.begun = undefined;
  }

  private async fill(batch: Gathering, over: Promise<undefined>, signal: AbortSignal): Promise<void> {
    const feed = this.feedAt(batch.end, signal);
    while (!batch.full && this.begun === batch) {
      const entries = await feed.chunk(over);
      if (entries === undefined) return;
      await this.takeFrom(entries, feed, batch);
    }
  }

  /** The batch that was read ahead, if it is the one that is asked for. */
  private begunAt(from: number, { records, end, shorten }: Cut): Gathering | undefined {
    const { begun } = this;
    this.begun = undefined;
    const isWhole = records === this.options.limits.records && end === undefined && !shorten;
    return isWhole && begun?.from === from ? begun : undefined;
  }

  private feedAt(position: number, signal: AbortSignal): Feed {
    if (this.feed?.position === position) return this.feed;
    this.feed?.stop();
    this.feed = new Feed((from, reading) => this.entries(from, reading), position, signal);
    return this.feed;
  }

  private entries(from: number, signal: AbortSignal): AsyncIterable<readonly LogEntry[]> {
    const { log, tree, organization } = this.options;
    if (tree === undefined || organization === undefined) return log.follow(from, signal);
    return ownEntries(log, tree, organization, from, signal);
  }

  /** Whether a batch is to be sent as it is, though it could hold more. */
  private isEnough(batch: Gathering, { end }: Cut): boolean {
    if (batch.full) return true;
    if (end !== undefined || batch.end === batch.from) return false;
    if (batch.size === 0) return true;
    const { log, limits } = this.options;
    return limits.lingerMs === 0 && (batch.end >= log.end || this.clock.now() - batch.begunAt > GATHERED_MS_MAX);
  }

  private async takeFrom(entries: readonly LogEntry[], feed: Feed, batch: Gathering): Promise<void> {
    let bytes = 0;
    for (const entry of entries) {
      if (!batch.take(entry)) return;
      feed.position = entry.position + 1;
      bytes += lengthOf(entry);
      if (bytes < TURN_BYTES) continue;
      await this.options.turn(bytes);
      bytes = 0;
    }
    await this.options.turn(bytes);
  }
}

/** Not its whole header, which a sealed segment would have to compute: most entries are of other organizations. */
function lengthOf(entry: LogEntry): number {
  return (entry.headerStart ?? entry.header).length + (entry.body?.length ?? 0);
}

/** One batch while it is built. */
class Gathering {
  private readonly options: CollectorOptions;
  private readonly cut: Cut;
  private readonly records: OutgoingRecord[] = [];
  /** Where it begins. */
  readonly from: number;
  /** The next position to read. */
  end: number;
  full = false;
  private bytes = 0;
  /** When its first record was taken. */
  begunAt = 0;
  private first: number | undefined;
  private last: number | undefined;

  constructor(options: CollectorOptions, cut: Cut, from: number) {
    this.options = options;
    this.cut = cut;
    this.from = from;
    this.end = from;
  }

  get size(): number {
    return this.records.length;
  }

  /** @returns false for an entry that belongs to the next batch. */
  take(entry: LogEntry): boolean {
    const { organization, records, limits } = this.options;
    const { end } = this.cut;
    // Entries between two of the organization's can have been skipped.
    if (end !== undefined && entry.position >= end) {
      this.end = end;
      this.full = true;
    }
    if (this.full) return false;
    if (organization === undefined || entry.organization === organization) {
      const record = records.of(entry, this.cut.shorten);
      if (record !== undefined) {
        const bytes = Buffer.byteLength(record.text);
        if (end === undefined && this.size > 0 && this.bytes + bytes > limits.bytes) {
          this.full = true;
          return false;
        }
        if (this.size === 0) this.begunAt = (this.options.clock ?? CLOCK).now();
        this.records.push(record);
        this.bytes += bytes;
      }
      this.last = organization === undefined ? entry.position : entry.sequence;
      this.first ??= this.last;
    }
    this.end = entry.position + 1;
    this.full = end === undefined ? this.size >= this.cut.records : this.end >= end;
    return true;
  }

  collected(): Collected {
    const { records, end, first, last } = this;
    return { records, end, first, last };
  }
}

/** A reading of the log that continues where it stopped. */
class Feed {
  /** The next entry that was not taken. */
  position: number;
  private readonly iterator: AsyncIterator<readonly LogEntry[], void>;
  private readonly stopping = new AbortController();
  /** The signal of a stream lives longer than its readings, and must not remember them. */
  private readonly release: () => void;
  private current: readonly LogEntry[] = [];
  private coming: Promise<IteratorResult<readonly LogEntry[], void>> | undefined;

  constructor(
    read: (from: number, signal: AbortSignal) => AsyncIterable<readonly LogEntry[]>,
    from: number,
    signal: AbortSignal,
  ) {
    this.position = from;
    const abort = () => this.stopping.abort(signal.reason);
    signal.addEventListener("abort", abort);
    this.release = () => signal.removeEventListener("abort", abort);
    if (signal.aborted) abort();
    this.iterator = read(from, this.stopping.signal)[Symbol.asyncIterator]();
  }

  /** The rest of the current chunk, or the next one. @returns undefined once `over` resolves or the reading has ended. */
  async chunk(over: Promise<undefined> | undefined): Promise<readonly LogEntry[] | undefined> {
    const taken = this.current.findIndex(({ position }) => position >= this.position);
    if (taken >= 0) return this.current.slice(taken);
    this.current = [];
    this.coming ??= this.iterator.next();
    const next = await (over === undefined ? this.coming : Promise.race([this.coming, over]));
    if (next === undefined) return undefined;
    this.coming = undefined;
    if (next.done === true) return undefined;
    this.current = next.value;
    return this.current;
  }

  stop(): void {
    this.release();
    this.stopping.abort();
    this.coming?.catch(() => undefined);
    this.current = [];
  }
}

/** A signal would cost an error with its stack for each batch: most deadlines are cleared. */
class Deadline {
  readonly over: Promise<undefined>;
  /** After this it is never over. */
  clear: () => void = () => undefined;

  constructor(clock: Clock, ms: number) {
    this.over = new Promise((resolve) => {
      this.clear = clock.after(ms, () => resolve(undefined));
    });
  }
}
