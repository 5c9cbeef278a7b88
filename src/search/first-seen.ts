import { formatAddress, parseAddress } from "@daybook/sdk/filters";
import type { StoredEvent } from "../event/stored.ts";

/** So long after the first event of an actor at an address the later ones there still count as first seen. */
export const FIRST_SEEN_MS = 24 * 3_600_000;

/** Somebody at an address. */
export interface Pair {
  readonly tenant: string;
  readonly actorId: string;
  /** As eight groups. */
  readonly ip: string;
}

/** When the first event of a pair was recorded, in milliseconds since the Unix epoch. */
export interface FirstSighting extends Pair {
  readonly recordedAt: number;
}

/**
 * When each actor was first recorded at each address. The log is read in order and the time of recording never decreases, so the first
 * entry that is read is the first by sequence, and a time that is stored once more is never less: the least of them holds.
 *
 * Memory is bounded; what was forgotten is looked up in the store. It must hold more pairs than two batches do: what a batch saw first is
 * in the store only once that batch is, and the next one is made meanwhile.
 */
export class FirstSeen {
  private readonly lookUp: (pairs: readonly Pair[]) => Promise<readonly FirstSighting[]>;
  private readonly max: number;
  private readonly times = new Map<string, number>();
  /** True while nothing was forgotten and there was nothing before: what is not known is new. */
  private complete: boolean;

  /** @param complete true when the store holds no event yet. */
  constructor(
    lookUp: (pairs: readonly Pair[]) => Promise<readonly FirstSighting[]>,
    { max, complete }: { max: number; complete: boolean },
  ) {
    this.lookUp = lookUp;
    this.max = max;
    this.complete = complete;
  }

  /**
   * @param events of one batch, in the order of the log.
   * @returns for each whether it was first seen, and the pairs that are new to the store.
   */
  async see(events: readonly StoredEvent[]): Promise<{ firstSeen: boolean[]; fresh: FirstSighting[] }> {
    const pairs = events.map(pairOf);
    const times = await this.known(pairs);
    const fresh: FirstSighting[] = [];
    const firstSeen = pairs.map((pair, at) => {
      if (pair === undefined) return false;
      const recordedAt = Date.parse((events[at] as StoredEvent).recorded_at);
      const key = keyOf(pair);
      const first = times.get(key);
      if (first === undefined) {
        times.set(key, recordedAt);
        fresh.push({ ...pair, recordedAt });
      }
      return recordedAt - (first ?? recordedAt) <= FIRST_SEEN_MS;
    });
    for (const [key, time] of times) this.remember(key, time);
    return { firstSeen, fresh };
  }

  private async known(pairs: readonly (Pair | undefined)[]): Promise<Map<string, number>> {
    const times = new Map<string, number>();
    const unknown = new Map<string, Pair>();
    for (const pair of pairs) {
      if (pair === undefined) continue;
      const key = keyOf(pair);
      const time = this.times.get(key);
      if (time !== undefined) times.set(key, time);
      else if (!this.complete) unknown.set(key, pair);
    }
    if (unknown.size > 0) {
      for (const found of await this.lookUp([...unknown.values()])) times.set(keyOf(found), found.recordedAt);
    }
    return times;
  }

  private remember(key: string, time: number): void {
    this.times.set(key, time);
    if (this.times.size <= this.max) return;
    const [first] = this.times.keys();
    if (first !== undefined) this.times.delete(first);
    this.complete = false;
  }
}

/** Undefined where the event does not say both. */
export function pairOf({ tenant_id: tenant, actor, context }: StoredEvent): Pair | undefined {
  if (actor.id === undefined || actor.id === "" || context?.ip === undefined) return undefined;
  const address = parseAddress(context.ip);
  return address === undefined ? undefined : { tenant, actorId: actor.id, ip: formatAddress(address) };
}

/** Neither an organization's id nor an address has a space. */
function keyOf({ tenant, actorId, ip }: Pair): string {
  return `${tenant} ${ip} ${actorId}`;
}
