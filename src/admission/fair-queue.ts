/** Who asks: shares are equal between organizations, and within one between its keys. */
export interface Sender {
  readonly organization: string;
  readonly key: string;
}

/** First in, first out; taking the first does not move the others. */
class Fifo<T> {
  private items: (T | undefined)[] = [];
  private at = 0;

  get size(): number {
    return this.items.length - this.at;
  }

  get first(): T {
    return this.items[this.at] as T;
  }

  push(item: T): void {
    this.items.push(item);
  }

  shift(): T {
    const item = this.first;
    this.items[this.at++] = undefined;
    if (this.at > 64 && 2 * this.at > this.items.length) {
      this.items = this.items.slice(this.at);
      this.at = 0;
    }
    return item;
  }

  /** @returns whether there was one that `matches`. */
  remove(matches: (item: T) => boolean): boolean {
    const found = this.items.findIndex((item, index) => index >= this.at && matches(item as T));
    if (found >= 0) this.items.splice(found, 1);
    return found >= 0;
  }
}

interface Lane<Items> {
  readonly name: string;
  /** What it was served so far, on the scale of the clock: the lane with the lowest is next. */
  served: number;
  readonly items: Items;
}

/**
 * Lanes by name, each with what waits in it. The clock is at what the lane that is being served was served before. A lane that had nothing
 * waiting begins there: it has no claim to what it did not use, and whoever is ahead of the clock is not forgotten.
 */
class Lanes<Items extends { readonly size: number }> {
  private readonly lanes = new Map<string, Lane<Items>>();
  private clock = 0;

  of(name: string, create: () => Items): Items {
    let lane = this.lanes.get(name);
    if (lane === undefined) {
      lane = { name, served: this.clock, items: create() };
      this.lanes.set(name, lane);
    } else if (lane.items.size === 0) lane.served = Math.max(lane.served, this.clock);
    return lane.items;
  }

  find(name: string): Items | undefined {
    return this.lanes.get(name)?.items;
  }

  /** The next lane with something waiting, of those that are allowed. */
  next(isAllowed: (items: Items) => boolean): Lane<Items> | undefined {
    let next: Lane<Items> | undefined;
    for (const lane of this.lanes.values()) {
      if (lane.items.size === 0) {
        if (lane.served <= this.clock) this.lanes.delete(lane.name);
      } else if ((next === undefined || lane.served < next.served) && isAllowed(lane.items)) next = lane;
    }
    return next;
  }

  serve(lane: Lane<Items>, cost: number): void {
    this.clock = Math.max(this.clock, lane.served);
    lane.served += cost;
  }

  forget(): void {
    this.lanes.clear();
    this.clock = 0;
  }
}

interface Waiting<T> {
  readonly item: T;
  readonly cost: number;
}

/**
 * Start-time fair queueing (Goyal, Vin and Cheng 1996) on two levels: organizations, and the keys of each. Whoever waits is served in proportion
 * to cost, not to how many they sent; a lone sender gets everything; one who sends seldom is next, however much others have waiting. Of one key,
 * first in, first out.
 */
export class FairQueue<T> {
  private readonly organizations = new Lanes<Keys<T>>();
  private count = 0;

  get size(): number {
    return this.count;
  }

  push({ organization, key }: Sender, item: T, cost: number): void {
    this.organizations.of(organization, () => new Keys<T>()).push(key, { item, cost });
    this.count++;
  }

  /** @param isAllowed what can be served now, each key's first one being asked about. Default: everything. */
  shift(isAllowed: (item: T) => boolean = always): T | undefined {
    if (this.count === 0) return undefined;
    // Whoever waits is allowed what is always allowed: it need not be looked for twice.
    const lane = this.organizations.next(isAllowed === always ? always : (keys) => keys.next(isAllowed) !== undefined);
    const waiting = lane?.items.shift(isAllowed);
    if (lane === undefined || waiting === undefined) return undefined;
    this.organizations.serve(lane, waiting.cost);
    this.removed();
    return waiting.item;
  }

  /** Takes out what does not wait any more. Others are served in its place. */
  remove({ organization, key }: Sender, item: T): boolean {
    const isRemoved = this.organizations.find(organization)?.remove(key, item) ?? false;
    if (isRemoved) this.removed();
    return isRemoved;
  }

  /** Once nobody waits, nobody is owed anything. */
  private removed(): void {
    if (--this.count === 0) this.organizations.forget();
  }
}

function always(): boolean {
  return true;
}

/** What waits of one organization. */
class Keys<T> {
  private readonly lanes = new Lanes<Fifo<Waiting<T>>>();
  private count = 0;

  get size(): number {
    return this.count;
  }

  push(key: string, waiting: Waiting<T>): void {
    this.lanes.of(key, () => new Fifo()).push(waiting);
    this.count++;
  }

  next(isAllowed: (item: T) => boolean): Lane<Fifo<Waiting<T>>> | undefined {
    return this.lanes.next(isAllowed === always ? always : ({ first }) => isAllowed(first.item));
  }

  shift(isAllowed: (item: T) => boolean): Waiting<T> | undefined {
    const lane = this.next(isAllowed);
    if (lane === undefined) return undefined;
    const waiting = lane.items.shift();
    this.lanes.serve(lane, waiting.cost);
    this.count--;
    return waiting;
  }

  remove(key: string, item: T): boolean {
    const isRemoved = this.lanes.find(key)?.remove(({ item: one }) => one === item) ?? false;
    if (isRemoved) this.count--;
    return isRemoved;
  }
}
