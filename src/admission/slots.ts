import { FairQueue, type Sender } from "./fair-queue.ts";

interface Waiting {
  readonly organization: string;
  readonly begin: () => void;
}

/**
 * Places for work that several do at the same time. An organization can have half of them, rounded up: so another one finds a place at once, however long what the
 * first one asked for takes. Who waits is served in fair order.
 */
export class Slots {
  private readonly places: number;
  private readonly most: number;
  private readonly queue = new FairQueue<Waiting>();
  private readonly runningBy = new Map<string, number>();
  private running = 0;

  constructor(places: number) {
    this.places = places;
    this.most = Math.ceil(places / 2);
  }

  get waiting(): number {
    return this.queue.size;
  }

  /** @throws what `work` throws, and the signal's reason when it aborts before the work began. */
  async run<T>(sender: Sender, work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const { organization } = sender;
    signal?.throwIfAborted();
    if (this.canBegin(organization)) this.begin(organization);
    else await this.turn(sender, signal);
    try {
      return await work();
    } finally {
      this.running--;
      const others = (this.runningBy.get(organization) ?? 0) - 1;
      if (others > 0) this.runningBy.set(organization, others);
      else this.runningBy.delete(organization);
      this.next();
    }
  }

  private canBegin(organization: string): boolean {
    return this.running < this.places && (this.runningBy.get(organization) ?? 0) < this.most;
  }

  private begin(organization: string): void {
    this.running++;
    this.runningBy.set(organization, (this.runningBy.get(organization) ?? 0) + 1);
  }

  private turn(sender: Sender, signal: AbortSignal | undefined): Promise<void> {
    const { organization } = sender;
    return new Promise((resolve, reject) => {
      const abort = () => {
        if (this.queue.remove(sender, waiting)) reject(signal?.reason);
      };
      const waiting: Waiting = {
        organization,
        begin: () => {
          signal?.removeEventListener("abort", abort);
          this.begin(organization);
          resolve();
        },
      };
      signal?.addEventListener("abort", abort);
      this.queue.push(sender, waiting, 1);
    });
  }

  private next(): void {
    const canBegin = ({ organization }: Waiting) => this.canBegin(organization);
    for (let next = this.queue.shift(canBegin); next !== undefined; next = this.queue.shift(canBegin)) next.begin();
  }
}
