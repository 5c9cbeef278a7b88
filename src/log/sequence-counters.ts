import type { OrganizationRange } from "./footer.ts";

interface Counter {
  /** Entries that are durable. */
  durable: number;
  /** The sequence that the next entry gets: `durable`, and those of the batch that is being written. */
  next: number;
}

/** How many entries each organization has: in all, and where it began in the open segment. Its owner is the writer. */
export class SequenceCounters {
  private readonly counters = new Map<string, Counter>();
  /** First sequence in the open segment of every organization that has entries there. */
  private readonly segmentFirst = new Map<string, number>();
  private readonly batch = new Set<string>();

  size(organization: string): number {
    return this.counters.get(organization)?.durable ?? 0;
  }

  next(organization: string): number {
    return this.counters.get(organization)?.next ?? 0;
  }

  /** Gives `next` to an entry of the current batch. */
  take(organization: string): void {
    const counter = this.counters.get(organization);
    if (counter === undefined) this.counters.set(organization, { durable: 0, next: 1 });
    else counter.next++;
    this.batch.add(organization);
  }

  /** The batch is durable. */
  commit(): void {
    for (const organization of this.batch) {
      const counter = this.counters.get(organization);
      if (counter === undefined) continue;
      if (!this.segmentFirst.has(organization)) this.segmentFirst.set(organization, counter.durable);
      counter.durable = counter.next;
    }
    this.batch.clear();
  }

  /** The batch is not in the log. */
  rollback(): void {
    for (const organization of this.batch) {
      const counter = this.counters.get(organization);
      if (counter === undefined) continue;
      counter.next = counter.durable;
      if (counter.durable === 0) this.counters.delete(organization);
    }
    this.batch.clear();
  }

  /** Takes over what a sealed segment's footer says. */
  restore(organization: string, next: number): void {
    this.counters.set(organization, { durable: next, next });
  }

  /** What the open segment's footer will say. */
  ranges(): OrganizationRange[] {
    return Array.from(this.segmentFirst, ([organization, first]) => ({
      organization,
      first,
      next: this.size(organization),
    }));
  }

  organizationsInSegment(): Iterable<string> {
    return this.segmentFirst.keys();
  }

  startSegment(): void {
    this.segmentFirst.clear();
  }
}
