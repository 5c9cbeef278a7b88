import { byteJson, type IndexedTexts, stringOf } from "../event/index.ts";
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
  private lastText = "";
  private lastTime = 0;

  /** @param complete true when the store holds no event yet. */
  constructor(
    lookUp: (pairs: readonly Pair[]) => Promise<readonly FirstSighting[]>,
    { max, complete }: { max: number; complete: boolean },
  ) {
    this.lookUp = lookUp;
    this.times = new Recent(max);
    this.complete = complete;
  }

  /** True once it has to ask the store about pairs that it does not know. */
  get looksUp(): boolean {
    return !this.complete || this.times.forgot;
  }

  /**
   * @param events in the order of the log, fewer than are remembered. @param addresses theirs.
   * @returns for each whether it was first seen, and the pairs that are new to the store.
   */
  async see(
    events: readonly IndexedTexts[],
    addresses: readonly (string | undefined)[],
  ): Promise<{ firstSeen: boolean[]; fresh: FirstSighting[] }> {
    const keys = events.map((event, at) => keyOfEvent(event, addresses[at]));
    const pairAt = (at: number) => pairOf(events[at] as IndexedTexts, addresses[at] as string);
    if (this.looksUp) await this.learn(keys, pairAt);
    const fresh: FirstSighting[] = [];
    const firstSeen = new Array<boolean>(events.length).fill(false);
    for (let at = 0; at < events.length; at++) {
      const key = keys[at];
      if (key === undefined) continue;
      const recordedAt = this.timeOf((events[at] as IndexedTexts).recorded_at);
      const first = this.times.get(key);
      if (first === undefined) {
        this.times.set(key, recordedAt);
        fresh.push({ ...pairAt(at), recordedAt });
      }
      firstSeen[at] = first === undefined || recordedAt - first <= FIRST_SEEN_MS;
    }
    return { firstSeen, fresh };
  }

  /** Looks up what was forgotten, or was there before this began. */
  private async learn(keys: readonly (string | undefined)[], pairAt: (at: number) => Pair): Promise<void> {
    const unknown = new Map<string, Pair>();
    for (const [at, key] of keys.entries()) {
      if (key !== undefined && this.times.get(key) === undefined) unknown.set(key, pairAt(at));
    }
    if (unknown.size === 0) return;
    for (const found of await this.lookUp([...unknown.values()])) this.times.set(keyOf(found), found.recordedAt);
  }

  /** Entries that were recorded together have the same time. */
  private timeOf(recordedAt: string): number {
    if (recordedAt !== this.lastText) {
      this.lastText = recordedAt;
      this.lastTime = Date.parse(stringOf(recordedAt));
    }
    return this.lastTime;
  }
}

/** Of the event's actor at its address; undefined where it does not say both. */
function keyOfEvent({ tenant_id, actor: { id } }: IndexedTexts, address: string | undefined): string | undefined {
  return address === undefined || id === undefined || id === '""' ? undefined : tenant_id + address + id;
}

/** Of an event that has a key. */
function pairOf({ tenant_id, actor: { id = "" } }: IndexedTexts, ip: string): Pair {
  return { tenant: stringOf(tenant_id), actorId: stringOf(id), ip };
}

/** The same key. */
function keyOf({ tenant, actorId, ip }: Pair): string {
  return byteJson(tenant) + ip + byteJson(actorId);
}
