import type { Snapshot } from "./snapshot.ts";

export interface QueueBounds {
  readonly eventsMax: number;
  readonly bytesMax: number;
}

/** An event that waits, with its place in the order of recording. */
export interface Waiting extends Snapshot {
  readonly order: number;
}

/** Events in the order they were recorded, bounded in number and bytes. It owns them until they are removed. */
export class Queue {
  private readonly bounds: QueueBounds;
  private waiting: Waiting[] = [];
  private heldBytes = 0;
  private added = 0;

  constructor(bounds: QueueBounds) {
    this.bounds = bounds;
  }

  get size(): number {
    return this.waiting.length;
  }

  get bytes(): number {
    return this.heldBytes;
  }

  /** The order that the next event gets; everything recorded so far is below it. */
  get nextOrder(): number {
    return this.added;
  }

  /** The oldest event's order, or that of the next one to come when nothing waits. */
  get firstOrder(): number {
    return this.waiting[0]?.order ?? this.added;
  }

  /** False when the queue is full: the newest event is the one that is not kept. */
  add(snapshot: Snapshot): boolean {
    if (this.size >= this.bounds.eventsMax || this.heldBytes + snapshot.bytes > this.bounds.bytesMax) return false;
    this.waiting.push({ ...snapshot, order: this.added++ });
    this.heldBytes += snapshot.bytes;
    return true;
  }

  /** The oldest events that fit into one request; at least one when any waits. They stay in the queue. */
  peek(eventsMax: number, bytesMax: number): readonly Waiting[] {
    let bytes = 0;
    let count = 0;
    for (const { bytes: more } of this.waiting) {
      bytes += more + 1;
      if (count > 0 && (count >= eventsMax || bytes > bytesMax)) break;
      count++;
    }
    return this.waiting.slice(0, count);
  }

  /** Takes out what was settled; those left of a batch go first again, in their order. */
  remove(settled: ReadonlySet<Waiting>): void {
    this.waiting = this.waiting.filter((event) => !settled.has(event));
    for (const { bytes } of settled) this.heldBytes -= bytes;
  }

  /** Empties the queue. */
  clear(): readonly Waiting[] {
    const left = this.waiting;
    this.waiting = [];
    this.heldBytes = 0;
    return left;
  }
}
