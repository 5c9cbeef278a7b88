import { hash } from "node:crypto";
import { CLOCK, type Clock, pause } from "../clock.ts";
import type { LogReader } from "../log/index.ts";
import type { Collected, Collector, Cut } from "./collector.ts";
import { type Batch, DeliveryError, type Health, type Sink, type StreamState } from "./contract.ts";
import type { Cursor, KeptCursor } from "./cursor.ts";
import { retryWaitMs } from "./retry-wait.ts";
import type { StreamCheckpoints } from "./stream-checkpoints.ts";

/** A stream is delayed if an undelivered event is older than this. */
const DELAYED_MS = 60_000;
/** If there is nothing to send, how often the cursor is written. */
const SKIPPED_SAVED_MS = 10_000;

export interface DeliveryParts {
  readonly streamId: string;
  readonly organization: string | undefined;
  readonly log: LogReader;
  readonly sink: Sink;
  readonly collector: Collector;
  /** Undefined: none travel along. */
  readonly checkpoints: StreamCheckpoints | undefined;
  readonly kept: KeptCursor;
  /** Is called with the first failure of each run of failures. */
  readonly onFailure: (error: unknown) => void;
  /** Is called when the receiver asked never to be called again. */
  readonly onGone: (reason: string) => void;
  /** Default: the process's own. */
  readonly clock?: Clock;
  readonly retryWaitMs?: typeof retryWaitMs;
}

/**
 * Runs one stream: reads, sends, waits for the acknowledgement and writes the cursor. While a batch is being sent, the next one is read and the
 * cursor of the one before is written. While the receiver fails, nothing is held in memory: the same batch is read from the log again. Owns the
 * cursor.
 */
export class Delivery {
  private readonly parts: DeliveryParts;
  private readonly stopping = new AbortController();
  private readonly clock: Clock;
  private readonly retryWaitMs: typeof retryWaitMs;
  private running: Promise<void> | undefined;
  private cursor: Cursor;
  private failures: { readonly since: number; readonly count: number; readonly message: string } | undefined;
  /** The log's end at the moment when everything up to the mark before it was delivered. */
  private mark = { end: 0, at: Number.NEGATIVE_INFINITY };
  private savedAt = Number.NEGATIVE_INFINITY;
  /** The write of the cursor that runs beside the next batch. */
  private saving: Promise<void> = Promise.resolve();
  /** How the next batch is cut. */
  private recordsMax: number;
  private shorten = false;
  /** Events of the last batch. */
  private attempted = 0;

  constructor(parts: DeliveryParts, cursor: Cursor) {
    this.parts = parts;
    this.cursor = cursor;
    this.recordsMax = parts.sink.limits.records;
    this.clock = parts.clock ?? CLOCK;
    this.retryWaitMs = parts.retryWaitMs ?? retryWaitMs;
  }

  start(): void {
    this.running ??= this.run();
  }

  /** Stops. It does not wait for the batch under way, which is sent again. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
    this.parts.collector.stop();
    await this.parts.sink.close();
    await this.parts.kept.save(this.cursor).catch((error: unknown) => this.parts.onFailure(error));
  }

  state(): StreamState {
    const { cursor, failures } = this;
    const { organization, log } = this.parts;
    const size = organization === undefined ? log.end : log.size(organization);
    return {
      health: this.health(),
      next: cursor.next,
      lag: Math.max(0, size - cursor.next),
      delivered: cursor.delivered,
      lastDeliveredAt: cursor.last_delivered_at ?? undefined,
      failingSince: failures?.since,
      lastError: cursor.disabled?.reason ?? failures?.message,
    };
  }

  private health(): Health {
    if (this.cursor.disabled !== null) return "disabled";
    if (this.failures !== undefined) return "failing";
    const waits = this.cursor.position < this.mark.end;
    if (waits && this.clock.now() - this.mark.at > DELAYED_MS) return "delayed";
    return "ok";
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted && this.cursor.disabled === null) {
      try {
        await this.deliverNext(signal);
      } catch (error) {
        if (signal.aborted) return;
        await this.failed(error);
      }
    }
  }

  private async deliverNext(signal: AbortSignal): Promise<void> {
    const { collector, checkpoints, sink } = this.parts;
    const { position, next } = this.cursor;
    // If nothing waits to be sent, there is time to wait for the write.
    if (position >= this.parts.log.end) await this.saved();
    const collected = await collector.next(position, this.cut(), signal);
    this.note();
    const { records, end, last } = collected;
    const looked = this.parts.organization === undefined || last === undefined ? undefined : last + 1;
    const due = checkpoints?.due(records, looked, this.clock.now());
    const all = due === undefined ? records : [...due.before, ...records, ...due.after];
    const moved = { ...this.cursor, position: end, next: this.nextAfter(collected), planned_end: null };
    if (all.length === 0) return this.skipTo(moved, position);
    this.attempted = records.length;
    if (records.length > 0) await this.plan(end);
    const sending = sink.send(this.batchOf(collected, all, next), signal);
    if (this.readsAhead()) collector.readAhead(end, sending, signal);
    await sending;
    due?.commit();
    this.failures = undefined;
    this.shorten = false;
    this.recordsMax = Math.min(sink.limits.records, this.recordsMax * 2);
    await this.keep({ ...moved, delivered: moved.delivered + records.length, last_delivered_at: Date.now() });
  }

  /** A receiver that fails or refuses gets the same batch again. A sink that gathers has time. */
  private readsAhead(): boolean {
    const { limits } = this.parts.sink;
    return this.failures === undefined && limits.lingerMs === 0 && this.recordsMax === limits.records && !this.shorten;
  }

  private cut(): Cut {
    const { planned_end: end } = this.cursor;
    const idleMs = this.parts.checkpoints?.idleMs(this.clock.now());
    return { records: this.recordsMax, end: end ?? undefined, shorten: this.shorten, idleMs };
  }

  /**
   * A repeated batch has the same records as before, and so the same id. A sink that gathers stores each batch under its own name. For it this holds
   * after a crash, too, because the batch would be stored twice otherwise.
   */
  private async plan(end: number): Promise<void> {
    if (this.cursor.planned_end === end) return;
    this.cursor = { ...this.cursor, planned_end: end };
    if (this.parts.sink.limits.lingerMs > 0) await this.save();
  }

  private note(): void {
    if (this.cursor.position >= this.mark.end) this.mark = { end: this.parts.log.end, at: this.clock.now() };
  }

  private nextAfter({ end, last }: Collected): number {
    if (this.parts.organization === undefined) return end;
    return last === undefined ? this.cursor.next : last + 1;
  }

  private batchOf({ first, last, records }: Collected, all: Batch["records"], next: number): Batch {
    const { streamId, organization, log } = this.parts;
    const named = records.length > 0 ? `${first}-${last}` : `checkpoint-${digest(all.map(({ id }) => id))}`;
    const range = { first: first ?? next - 1, last: last ?? next - 1 };
    return { id: `${streamId}-${named}`, streamId, logId: log.id, organization, ...range, records: all };
  }

  private async skipTo(moved: Cursor, from: number): Promise<void> {
    // The log was closed.
    if (moved.position === from && this.parts.checkpoints?.idleMs(this.clock.now()) === undefined)
      this.stopping.abort();
    await this.keep(moved, SKIPPED_SAVED_MS);
  }

  private async keep(cursor: Cursor, lagMs = this.parts.kept.lagMs): Promise<void> {
    this.cursor = cursor;
    await this.saved();
    if (this.clock.now() - this.savedAt < lagMs) return;
    this.saving = this.save();
    // Whoever waits for it gets its error.
    this.saving.catch(() => undefined);
  }

  /** Waits for the write under way. @throws its error, once. */
  private async saved(): Promise<void> {
    const { saving } = this;
    this.saving = Promise.resolve();
    await saving;
  }

  private async save(): Promise<void> {
    this.savedAt = this.clock.now();
    await this.parts.kept.save(this.cursor);
  }

  private async failed(error: unknown): Promise<void> {
    const { collector, onFailure, onGone } = this.parts;
    collector.stop();
    if (error instanceof DeliveryError && error.failure === "gone") return this.disable(error, onGone);
    if (error instanceof DeliveryError && error.failure === "refused" && this.narrow()) return;
    const { since = Date.now(), count = 0 } = this.failures ?? {};
    if (count === 0) onFailure(error);
    const message = error instanceof DeliveryError ? error.message : "Something went wrong on our side.";
    this.failures = { since, count: count + 1, message };
    const askedMs = error instanceof DeliveryError ? error.retryAfterMs : 0;
    const { signal } = this.stopping;
    await pause(this.clock, this.retryWaitMs(count + 1, askedMs), signal);
  }

  /**
   * Finds the one record that is refused: it sends half of the batch each time, and then that record shortened. @returns false if even that is
   * refused.
   */
  private narrow(): boolean {
    if (this.attempted === 0 || this.shorten) {
      this.shorten = false;
      return false;
    }
    this.recordsMax = Math.max(1, Math.floor(this.attempted / 2));
    // Records that came since are not shortened.
    this.shorten = this.attempted === 1;
    this.cursor = { ...this.cursor, planned_end: null };
    return true;
  }

  private async disable({ message }: DeliveryError, onGone: (reason: string) => void): Promise<void> {
    this.cursor = { ...this.cursor, disabled: { at: Date.now(), reason: message } };
    await this.parts.kept.anchor(this.cursor).catch((error: unknown) => this.parts.onFailure(error));
    onGone(message);
  }
}

/** An organization's id can hold a dot, which an id of a batch must not. */
function digest(ids: readonly string[]): string {
  return hash("sha256", ids.join("\n")).slice(0, 32);
}
