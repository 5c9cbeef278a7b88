/** How long entries that could be inserted wait for others. All in milliseconds. */
export interface GatheringLimits {
  /** While somebody reads: how long the first one waits at least. */
  readonly lingerMs: number;
  /** While somebody reads: from one batch to the next, and as much more as the last one was expensive. */
  readonly spacingMs: number;
  /** While nobody reads: how long the first one waits. */
  readonly unreadMs: number;
  /** So long after somebody has read, they are expected to read again. */
  readonly readAgainMs: number;
}

/** What a batch costs for each month that it reaches into, times two: at most half a core makes parts. */
const MONTH_MS = 60;

/**
 * Decides when entries that wait for others leave in a batch. Whatever an insert holds, it costs tens of milliseconds for each month that it
 * reaches into, and the parts that it makes have to be merged. So batches have a distance, which grows with the months, and while nobody reads
 * a trickle is gathered for many seconds: the next reader calls for what waits.
 */
export class Gathering {
  private readonly limits: GatheringLimits;
  private readonly now: () => number;
  private lastRead = Number.NEGATIVE_INFINITY;
  private readers = 0;
  /** No batch leaves before, unless it is full. */
  private next = Number.NEGATIVE_INFINITY;
  private called = false;
  private readonly waiting = new Set<() => void>();

  /** @param now in milliseconds; never decreases. */
  constructor(limits: GatheringLimits, now: () => number = () => performance.now()) {
    this.limits = limits;
    this.now = now;
  }

  /** Somebody reads, or read a moment ago. Then what is recorded is searchable within a second, without being called for. */
  get isRead(): boolean {
    return this.readers > 0 || this.now() - this.lastRead < this.limits.readAgainMs;
  }

  /** Somebody reads. */
  read(): void {
    const { isRead } = this;
    this.lastRead = this.now();
    if (!isRead) this.lookAgain();
  }

  /** Somebody waits for what is recorded next. @returns to be called when they no longer do. */
  reading(): () => void {
    this.read();
    this.readers++;
    return () => {
      this.readers--;
      this.lastRead = this.now();
    };
  }

  /** What waits leaves now, whether anybody reads or not. What comes after it waits again. */
  call(): void {
    if (this.isRead || this.waiting.size === 0) return;
    this.called = true;
    this.lookAgain();
  }

  /** A batch leaves. @param months that its entries' times are in. */
  left(months: number): void {
    this.called = false;
    this.next = this.now() + Math.max(this.limits.spacingMs, MONTH_MS * months);
  }

  /** Resolves when entries should leave of which the first has waited since a time, or when the signal aborts. */
  async due(since: number, signal: AbortSignal): Promise<void> {
    for (let ms = this.remaining(since); ms > 0 && !signal.aborted; ms = this.remaining(since)) {
      await this.pause(ms, signal);
    }
  }

  private remaining(since: number): number {
    const { lingerMs, unreadMs } = this.limits;
    if (this.called) return 0;
    const leave = this.isRead ? Math.max(since + lingerMs, this.next) : since + unreadMs;
    return leave - this.now();
  }

  private lookAgain(): void {
    for (const go of [...this.waiting]) go();
  }

  private pause(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const go = () => {
        clearTimeout(timer);
        signal.removeEventListener("abort", go);
        this.waiting.delete(go);
        resolve();
      };
      const timer = setTimeout(go, ms);
      signal.addEventListener("abort", go);
      this.waiting.add(go);
    });
  }
}
