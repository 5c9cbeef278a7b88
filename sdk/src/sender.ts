import { backoffMs } from "./backoff.ts";
import { DaybookClientError, type Problem, warningsOf } from "./problem.ts";
import type { Queue, Waiting } from "./queue.ts";
import { later, pause } from "./timers.ts";
import { type Post, type Settled, settle } from "./transport.ts";
import { verdictOf } from "./verdict.ts";

export interface SenderOptions {
  /** Longest wait of an event for others to travel with, in milliseconds. */
  readonly flushIntervalMs: number;
  readonly batchEventsMax: number;
  readonly batchBytesMax: number;
}

interface Waiter {
  readonly below: number;
  readonly resolve: () => void;
}

/**
 * Empties the queue in order, one request at a time. What may still succeed stays at the front of the queue and travels
 * with the next request, so an event the server cannot take yet does not hold up the others.
 */
export class Sender {
  private readonly queue: Queue;
  private readonly post: Post;
  private readonly options: SenderOptions;
  private readonly report: (problem: Problem) => void;
  private readonly abort = new AbortController();
  private waiters: Waiter[] = [];
  /** Events below this order are sent without waiting for company. */
  private dueBelow = 0;
  private running = false;
  private cancelTimer: (() => void) | undefined;
  private hurry = new AbortController();
  private attempt = 0;
  /** Halved, for good, when the server or something before it finds a request too large. */
  private batchEventsMax: number;

  constructor(queue: Queue, post: Post, options: SenderOptions, report: (problem: Problem) => void) {
    this.queue = queue;
    this.post = post;
    this.options = options;
    this.report = report;
    this.batchEventsMax = options.batchEventsMax;
  }

  /** To be called after an event was added. */
  added(): void {
    if (this.running) return;
    if (this.fullBatch()) void this.run();
    else {
      this.cancelTimer ??= later(this.options.flushIntervalMs, () => {
        this.dueBelow = this.queue.nextOrder;
        void this.run();
      });
    }
  }

  /** Resolves once every event now in the queue is stored or reported as lost. Cuts short a back-off that is under way. */
  settled(): Promise<void> {
    const below = this.queue.nextOrder;
    if (this.queue.firstOrder >= below) return Promise.resolve();
    this.dueBelow = below;
    this.attempt = 0;
    this.hurry.abort();
    const promise = new Promise<void>((resolve) => this.waiters.push({ below, resolve }));
    void this.run();
    return promise;
  }

  /** Ends every request and wait. What is left in the queue is reported as undelivered, for the given reason. */
  stop(reason: DaybookClientError): void {
    this.abort.abort(reason);
    this.cancelTimer?.();
    for (const { id, json } of this.queue.clear()) this.report({ reason: "undelivered", error: reason, id, json });
    this.release();
  }

  private async run(): Promise<void> {
    if (this.running) return;
    this.running = true;
    this.cancelTimer?.();
    this.cancelTimer = undefined;
    while (!this.abort.signal.aborted && (this.queue.firstOrder < this.dueBelow || this.fullBatch())) {
      await this.sendOnce();
    }
    this.running = false;
    if (this.queue.size > 0) this.added();
  }

  private fullBatch(): boolean {
    return this.queue.size >= this.batchEventsMax || this.queue.bytes >= this.options.batchBytesMax;
  }

  private async sendOnce(): Promise<void> {
    const batch = this.queue.peek(this.batchEventsMax, this.options.batchBytesMax);
    // A new signal each time: only who asks for haste from now on cuts the next wait.
    this.hurry = new AbortController();
    try {
      const results = await this.post(batch, this.abort.signal);
      await this.settle(batch, results.map(settle));
    } catch (error) {
      if (this.abort.signal.aborted) return;
      if (!(error instanceof DaybookClientError)) throw error;
      await this.failed(batch, error);
    }
  }

  private async settle(batch: readonly Waiting[], outcomes: readonly Settled[]): Promise<void> {
    const settled = new Set<Waiting>();
    const problems: Problem[] = [];
    let again: DaybookClientError | undefined;
    for (const [index, event] of batch.entries()) {
      const outcome = outcomes[index];
      if (outcome !== undefined && "error" in outcome) {
        if (outcome.error.retryable) {
          again = outcome.error;
          continue;
        }
        problems.push({ reason: "rejected", error: outcome.error, id: event.id, json: event.json });
      } else if (outcome !== undefined) problems.push(...warningsOf(outcome.receipt));
      settled.add(event);
    }
    if (settled.size > 0) this.attempt = 0;
    this.take(settled, problems);
    if (again !== undefined) await this.backOff("retrying", again);
  }

  private async failed(batch: readonly Waiting[], error: DaybookClientError): Promise<void> {
    if (error.retryable) {
      await this.backOff("retrying", error);
    } else if (verdictOf(error.code) === "paused") {
      await this.backOff("paused", error);
    } else if (error.status === 413 && batch.length > 1) {
      this.batchEventsMax = Math.ceil(batch.length / 2);
    } else {
      this.attempt = 0;
      this.take(
        new Set(batch),
        batch.map(({ id, json }) => ({ reason: "rejected", error, id, json })),
      );
    }
  }

  private take(settled: ReadonlySet<Waiting>, problems: readonly Problem[]): void {
    // After stop() these were reported already.
    if (this.abort.signal.aborted) return;
    this.queue.remove(settled);
    for (const problem of problems) this.report(problem);
    this.release();
  }

  private release(): void {
    const { firstOrder } = this.queue;
    const released = this.waiters.filter(({ below }) => below <= firstOrder);
    this.waiters = this.waiters.filter(({ below }) => below > firstOrder);
    for (const { resolve } of released) resolve();
  }

  private async backOff(reason: "retrying" | "paused", error: DaybookClientError): Promise<void> {
    this.attempt++;
    this.report({ reason, error });
    await pause(error.retryAfterMs, this.abort.signal);
    await pause(backoffMs(this.attempt), this.abort.signal, this.hurry.signal);
  }
}
