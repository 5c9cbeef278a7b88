import { backoffMs } from "./backoff.ts";
import type { EventInput, Receipt } from "./event.ts";
import { DaybookClientError, type Problem, warningReporter } from "./problem.ts";
import { Queue } from "./queue.ts";
import { Sender } from "./sender.ts";
import { type Snapshot, takeSnapshot, tooLarge } from "./snapshot.ts";
import { holdingOpen, later, pause } from "./timers.ts";
import { type Post, type Settled, settle, transport } from "./transport.ts";

export interface ClientOptions {
  /** Where Daybook is, such as `https://daybook.example.com`; a path before `/v1` is kept. */
  url: string;
  /**
   * An API key with the scope `events:write`, or a function that gives it, called at each attempt: so a new key also delivers what an
   * old one could not. It is sent to `url` alone and never written anywhere.
   */
  key: string | (() => string);
  /** Longest wait of an event for others to travel with. Default 1,000 ms. */
  flushIntervalMs?: number;
  /** Most events in one request, 1–1,000. Default 500. */
  batchEventsMax?: number;
  /** Most events that wait. Default 10,000. When the queue is full the newest event is not taken, and reported. */
  queueEventsMax?: number;
  /** Most bytes of JSON that wait. Default 16 MiB. */
  queueBytesMax?: number;
  /** Until an attempt without a whole answer is given up, and repeated. Default 30,000 ms. */
  requestTimeoutMs?: number;
  /**
   * Called with everything that goes wrong in the background, one call an event or failed attempt; it should be quick, and what
   * it throws is ignored. Default: a process warning (in a browser a console warning), at most one a minute for each kind.
   */
  onProblem?: (problem: Problem) => void;
  /**
   * Called with each checkpoint that came with an answer: a signed note that every witness of the log has cosigned. Whoever keeps the newest
   * one outside of the server notices when the log is changed. What it throws is ignored.
   */
  onCheckpoint?: (note: string) => void;
  /** Another `fetch`, for proxies or tests. Default: the platform's. */
  fetch?: typeof fetch;
}

export interface Client {
  /**
   * Takes the event as it is now, with a UUIDv7 as its id and the present as its time where it has none, and delivers it in
   * the background: in batches, in order, again and again under the same id until the server has it or refuses it. Never
   * throws and never waits. Until it was delivered the event is only in this process's memory: see `flush` and `recordNow`.
   */
  record(event: EventInput): void;
  /**
   * Delivers one event and waits until it is durable. Does not pass through the queue, so it may overtake queued events.
   * Transient failures are retried under the same id until `timeoutMs` (default 30,000) is over.
   *
   * @throws DaybookClientError (as a rejection). When it is `retryable` the event may have been stored all the same: to try
   * again is safe under the same `id`, which `event` must carry then.
   */
  recordNow(event: EventInput, options?: { timeoutMs?: number }): Promise<Receipt>;
  /** Resolves once everything recorded before is stored or was reported as lost; never rejects. Lasts as long as an outage. */
  flush(): Promise<void>;
  /**
   * Takes no more events, delivers what waits, and gives up what is left after `timeoutMs` (default 10,000), reporting each
   * event. Never rejects. A process that ends without it loses what waits.
   */
  close(options?: { timeoutMs?: number }): Promise<void>;
}

/** Below nginx's customary request limit of 1 MiB. A single event may be a quarter of it. */
const BATCH_BYTES_MAX = 1_000_000;
const RECORD_NOW_TIMEOUT_MS = 30_000;
const CLOSE_TIMEOUT_MS = 10_000;

/** @throws TypeError or RangeError when an option cannot be right; nothing is sent yet. */
export function createClient(options: ClientOptions): Client {
  return new BatchingClient(options);
}

class BatchingClient implements Client {
  private readonly queue: Queue;
  private readonly sender: Sender;
  private readonly post: Post;
  private readonly onProblem: (problem: Problem) => void;
  private readonly immediate = new Set<Promise<unknown>>();
  private readonly stopped = new AbortController();
  private closing: Promise<void> | undefined;

  constructor(options: ClientOptions) {
    this.onProblem = options.onProblem ?? warningReporter();
    this.queue = new Queue({
      eventsMax: positive("queueEventsMax", options.queueEventsMax ?? 10_000),
      bytesMax: positive("queueBytesMax", options.queueBytesMax ?? 16 * 1024 * 1024),
    });
    this.post = transport({
      url: options.url,
      key: options.key,
      requestTimeoutMs: positive("requestTimeoutMs", options.requestTimeoutMs ?? 30_000),
      fetch: options.fetch ?? ((input, init) => fetch(input, init)),
      onCheckpoint: options.onCheckpoint,
    });
    const batch = {
      flushIntervalMs: positive("flushIntervalMs", options.flushIntervalMs ?? 1000),
      batchEventsMax: Math.min(1000, positive("batchEventsMax", options.batchEventsMax ?? 500)),
      batchBytesMax: BATCH_BYTES_MAX,
    };
    this.sender = new Sender(this.queue, this.post, batch, (problem) => this.report(problem));
  }

  record(event: EventInput): void {
    const snapshot = this.snapshot(event);
    if (snapshot instanceof DaybookClientError) {
      const id = idOf(event);
      this.report({ reason: "invalid", error: snapshot, ...(id !== undefined && { id }) });
      return;
    }
    const lost = this.refuse(snapshot) ?? this.enqueue(snapshot);
    if (lost !== undefined) this.report({ ...lost, id: snapshot.id, json: snapshot.json });
  }

  async recordNow(event: EventInput, { timeoutMs = RECORD_NOW_TIMEOUT_MS } = {}): Promise<Receipt> {
    const snapshot = this.snapshot(event);
    if (snapshot instanceof DaybookClientError) throw snapshot;
    const refused = this.refuse(snapshot);
    if (refused !== undefined) throw refused.error;
    const delivery = holdingOpen(this.deliver(snapshot, Date.now() + timeoutMs));
    this.immediate.add(delivery);
    const forget = () => {
      this.immediate.delete(delivery);
    };
    delivery.then(forget, forget);
    return delivery;
  }

  flush(): Promise<void> {
    return holdingOpen(this.sender.settled());
  }

  close({ timeoutMs = CLOSE_TIMEOUT_MS } = {}): Promise<void> {
    this.closing ??= holdingOpen(this.shutDown(timeoutMs));
    return this.closing;
  }

  private async shutDown(timeoutMs: number): Promise<void> {
    const reason = new DaybookClientError("closed", "The client was closed before the event was delivered", {
      retryable: true,
    });
    const deadline = new Promise<void>((resolve) => this.stopped.signal.addEventListener("abort", () => resolve()));
    const cancel = later(timeoutMs, () => this.stopped.abort(reason));
    await Promise.race([Promise.allSettled([this.sender.settled(), ...this.immediate]), deadline]);
    cancel();
    this.stopped.abort(reason);
    this.sender.stop(reason);
  }

  private snapshot(event: EventInput): Snapshot | DaybookClientError {
    try {
      return takeSnapshot(event, Date.now());
    } catch (error) {
      if (error instanceof DaybookClientError) return error;
      return new DaybookClientError("invalid_event", "The event cannot be read", { cause: error });
    }
  }

  private refuse(snapshot: Snapshot): Problem | undefined {
    const error = tooLarge(snapshot);
    if (error !== undefined) return { reason: "invalid", error };
    if (this.closing === undefined) return undefined;
    return { reason: "closed", error: new DaybookClientError("closed", "The client is closed") };
  }

  private enqueue(snapshot: Snapshot): Problem | undefined {
    if (this.queue.add(snapshot)) {
      this.sender.added();
      return undefined;
    }
    const error = new DaybookClientError("queue_full", `${this.queue.size} events wait already`, { retryable: true });
    return { reason: "queue_full", error };
  }

  private async deliver(event: Snapshot, deadlineMs: number): Promise<Receipt> {
    for (let attempt = 1; ; attempt++) {
      const outcome = await this.deliverOnce(event, deadlineMs);
      if ("receipt" in outcome) return outcome.receipt;
      const { error } = outcome;
      const waitMs = error.retryAfterMs + backoffMs(attempt);
      if (!error.retryable || this.stopped.signal.aborted || Date.now() + waitMs >= deadlineMs) throw error;
      this.report({ reason: "retrying", error });
      await pause(waitMs, this.stopped.signal);
    }
  }

  private async deliverOnce(event: Snapshot, deadlineMs: number): Promise<Settled> {
    try {
      const results = await this.post([event], this.stopped.signal, deadlineMs - Date.now());
      const [outcome] = results.map(settle);
      return outcome ?? { error: new DaybookClientError("unexpected_answer", "The answer is empty") };
    } catch (error) {
      if (error instanceof DaybookClientError) return { error };
      throw error;
    }
  }

  private report(problem: Problem): void {
    try {
      this.onProblem(problem);
    } catch {
      // Said on the option: there is nobody left to tell, and record() must not throw.
    }
  }
}

function positive(name: string, value: number): number {
  if (!Number.isFinite(value) || value < 1) throw new RangeError(`Daybook: \`${name}\` must be at least 1`);
  return value;
}

/** The caller's id of an event that cannot be written, as far as it can be read. */
function idOf(event: unknown): string | undefined {
  try {
    const id = (event as { id?: unknown } | null | undefined)?.id;
    return typeof id === "string" ? id : undefined;
  } catch {
    return undefined;
  }
}
