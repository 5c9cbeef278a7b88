import { DaybookError } from "../errors.ts";

/** For whom a password is hashed. */
export interface Asker {
  /** They are signed in, hold a link, or use a browser in which they signed in before. */
  readonly isKnown: boolean;
  /** What they share with others who wait: an account, a network. */
  readonly groups: readonly string[];
}

export function knownAsker(account: string): Asker {
  return { isKnown: true, groups: [account] };
}

/**
 * scrypt runs in libuv's four threads, which the log's fdatasync uses too: at most two at a time leave it room, and a queue that
 * a flood of sign-ins cannot grow without bound.
 */
const CONCURRENT_MAX = 2;
const WAITING_MAX = 100;

interface Waiting {
  readonly groups: readonly string[];
  readonly begin: () => void;
  readonly refuse: (error: DaybookError) => void;
}

/**
 * Two hashes at a time, and who is next: known people first. Among others whoever has the fewest waiting from their network and for their account,
 * so that a flood against one account, or from one network, delays itself.
 */
export class HashQueue {
  private readonly known = new FewestFirst();
  private readonly strangers = new FewestFirst();
  private running = 0;

  /** @throws DaybookError rate_limited when too many are waiting, also later when somebody with fewer waiting needs the place. */
  async run<T>({ isKnown, groups }: Asker, work: () => Promise<T>): Promise<T> {
    if (this.running < CONCURRENT_MAX) this.running++;
    else {
      const queue = isKnown ? this.known : this.strangers;
      await new Promise<void>((begin, refuse) => queue.push({ groups, begin, refuse }));
    }
    try {
      return await work();
    } finally {
      const next = this.known.shift() ?? this.strangers.shift();
      // Whoever is next takes this place: as many run as before.
      if (next === undefined) this.running--;
      else next.begin();
    }
  }
}

class FewestFirst {
  private readonly waiting: Waiting[] = [];

  push(newcomer: Waiting): void {
    this.waiting.push(newcomer);
    if (this.waiting.length <= WAITING_MAX) return;
    const crowds = this.crowds();
    const largest = Math.max(...crowds);
    // The newest of the largest group: the newcomer, unless they have fewer waiting.
    const [refused] = this.waiting.splice(crowds.lastIndexOf(largest), 1);
    refused?.refuse(
      new DaybookError("rate_limited", "Too many people are signing in at the moment.", { retryAfterSeconds: 5 }),
    );
  }

  shift(): Waiting | undefined {
    if (this.waiting.length === 0) return undefined;
    const crowds = this.crowds();
    return this.waiting.splice(crowds.indexOf(Math.min(...crowds)), 1)[0];
  }

  /** Of each who waits: how many wait in the largest of their groups. */
  private crowds(): number[] {
    const sizes = new Map<string, number>();
    for (const { groups } of this.waiting) for (const group of groups) sizes.set(group, (sizes.get(group) ?? 0) + 1);
    return this.waiting.map(({ groups }) => Math.max(...groups.map((group) => sizes.get(group) ?? 0)));
  }
}
