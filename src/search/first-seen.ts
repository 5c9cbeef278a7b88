import type { StoredEvent } from "../event/stored.ts";
import { oneSpelling } from "./addresses.ts";
import { Recent } from "./recent.ts";

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
 * Memory is bounded; what was forgotten is looked up in the store. It must hold many more pairs than two batches do: what a batch saw first is
 * in the store only once that batch is, and the next one is made meanwhile.
 */
export class FirstSeen {
  private readonly lookUp: (pairs: readonly Pair[]) => Promise<readonly FirstSighting[]>;
  private readonly times: Recent<number>;
  /** True when there was nothing before: what is not known is new, as long as nothing was forgotten. */
  private readonly complete: boolean;

  /** @param complete true when the store holds no event yet. */
  constructor(
    lookUp: (pairs: readonly Pair[]) => Promise<readonly FirstSighting[]>,
    { max, complete }: { max: number; complete: boolean },
  ) {
    this.lookUp = lookUp;
    this.times = new Recent(max);
    this.complete = complete;
  }

  /**
   * @param events in the order of the log, fewer than are remembered.
   * @returns for each whether it was first seen, and the pairs that are new to the store.
   */
  async see(events: readonly StoredEvent[]): Promise<{ firstSeen: boolean[]; fresh: FirstSighting[] }> {
    const pairs = events.map(pairOf);
    if (!this.complete || this.times.forgot) await this.learn(pairs);
    const fresh: FirstSighting[] = [];
    const firstSeen = pairs.map((pair, at) => {
      if (pair === undefined) return false;
      const recordedAt = Date.parse((events[at] as StoredEvent).recorded_at);
      const key = keyOf(pair);
      const first = this.times.get(key);
      if (first !== undefined) return recordedAt - first <= FIRST_SEEN_MS;
      this.times.set(key, recordedAt);
      fresh.push({ ...pair, recordedAt });
      return true;
    });
    return { firstSeen, fresh };
  }

  /** Looks up what was forgotten, or was there before this began. */
  private async learn(pairs: readonly (Pair | undefined)[]): Promise<void> {
    const unknown = new Map<string, Pair>();
    for (const pair of pairs) {
      if (pair === undefined) continue;
      const key = keyOf(pair);
      if (this.times.get(key) === undefined) unknown.set(key, pair);
    }
    if (unknown.size === 0) return;
    for (const found of await this.lookUp([...unknown.values()])) this.times.set(keyOf(found), found.recordedAt);
  }
}

/** Undefined where the event does not say both. */
export function pairOf({ tenant_id: tenant, actor, context }: StoredEvent): Pair | undefined {
  if (actor.id === undefined || actor.id === "" || context?.ip === undefined) return undefined;
  const ip = oneSpelling(context.ip);
  return ip === null ? undefined : { tenant, actorId: actor.id, ip };
}

/** Neither an organization's id nor an address has a space. */
function keyOf({ tenant, actorId, ip }: Pair): string {
  return `${tenant} ${ip} ${actorId}`;
}
