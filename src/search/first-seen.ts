import { setImmediate } from "node:timers/promises";
import { byteJson, type IndexedTexts, stringOf } from "../event/index.ts";
import { Recent } from "./recent.ts";

/** So near to the first event of an actor at an address the others there count as first seen too. */
export const FIRST_SEEN_MS = 24 * 3_600_000;

/** Somebody at an address. */
export interface Pair {
  readonly tenant: string;
  readonly actorId: string;
  /** As eight groups. */
  readonly ip: string;
}

/** When the first event that was recorded of a pair happened, in milliseconds since the Unix epoch. */
export interface FirstSighting extends Pair {
  readonly timestamp: number;
}

/**
 * When the first event that was recorded of each actor at each address happened. The log is read in order, so the first entry that is read is the
 * first by sequence. Times of happening are compared, not of recording: what was imported together is not all new.
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

  /** Before any of these pairs is looked for: asks the store about those that were forgotten, or were there before this began. */
  async learn(keys: Iterable<readonly (string | undefined)[]>): Promise<void> {
    if (this.complete && !this.times.forgot) return;
    const unknown = new Set<string>();
    for (const some of keys) {
      for (const key of some) if (key !== undefined && this.times.get(key) === undefined) unknown.add(key);
      await setImmediate();
    }
    if (unknown.size === 0) return;
    for (const found of await this.lookUp([...unknown].map(pairOf))) this.times.set(keyOf(found), found.timestamp);
  }

  /**
   * Whether an event is among the first of its actor at its address. Events come in the order of the log.
   * @param key that was learned. @param timestamp milliseconds since the Unix epoch. @param fresh takes a pair that is new to the store.
   */
  see(key: string, timestamp: number, fresh: FirstSighting[]): boolean {
    const first = this.times.get(key);
    if (first !== undefined) return Math.abs(timestamp - first) <= FIRST_SEEN_MS;
    this.times.set(key, timestamp);
    fresh.push({ ...pairOf(key), timestamp });
    return true;
  }
}

/** Says which actor an event has and at which address; undefined where the event does not say both. @param address as eight groups. */
export function sightingKey(
  { tenant_id, actor: { id } }: IndexedTexts,
  address: string | undefined,
): string | undefined {
  return address === undefined || id === undefined || id === '""' ? undefined : tenant_id + address + id;
}

/** The same key. */
function keyOf({ tenant, actorId, ip }: Pair): string {
  return byteJson(tenant) + ip + byteJson(actorId);
}

/** Whom and where a key names. What is between the two JSON texts is the address: an organization's id has no quotation marks. */
function pairOf(key: string): Pair {
  const tenantEnd = key.indexOf('"', 1) + 1;
  const idStart = key.indexOf('"', tenantEnd);
  return {
    tenant: stringOf(key.slice(0, tenantEnd)),
    actorId: stringOf(key.slice(idStart)),
    ip: key.slice(tenantEnd, idStart),
  };
}
