import { setImmediate } from "node:timers/promises";
import {
  type ByteWriter,
  COMMA,
  type EntryLayout,
  fieldNumber,
  formatTimestamp,
  OPEN_BRACKET,
  QUOTE,
} from "../event/index.ts";
import { RecentNumbers } from "./recent-numbers.ts";

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
  private readonly times: RecentNumbers;
  /** True when there was nothing before: what is not known is new, as long as nothing was forgotten. */
  private readonly complete: boolean;

  /** @param complete true when the store holds no event yet. */
  constructor(
    lookUp: (pairs: readonly Pair[]) => Promise<readonly FirstSighting[]>,
    { max, complete }: { max: number; complete: boolean },
  ) {
    this.lookUp = lookUp;
    this.times = new RecentNumbers(max);
    this.complete = complete;
  }

  /** Before any of these pairs is looked for: asks the store about those that were forgotten, or were there before this began. */
  async learn(pieces: readonly SightingKeys[]): Promise<void> {
    if (this.complete && !this.times.forgot) return;
    const unknown = new Set<string>();
    for (const { bytes, ends } of pieces) {
      let start = 0;
      for (const end of ends) {
        if (end > start && this.times.get(bytes, start, end) === undefined) unknown.add(latin1(bytes, start, end));
        start = end;
      }
      await setImmediate();
    }
    if (unknown.size === 0) return;
    for (const found of await this.lookUp([...unknown].map(pairOf))) {
      const key = Buffer.from(`${JSON.stringify(found.tenant)}${found.ip}${JSON.stringify(found.actorId)}`);
      if (this.times.get(key, 0, key.length) === undefined) this.times.set(key, 0, key.length, found.recordedAt);
    }
  }

  /**
   * Whether an event is among the first of its actor at its address. Events come in the order of the log.
   * @param bytes hold a key that was learned. @param fresh takes a pair that is new to the store.
   */
  see({ bytes, start, end }: Range, { recordedAt, happenedAt }: SightingTimes, fresh: ByteWriter): boolean {
    const first = this.times.get(bytes, start, end);
    if (first !== undefined) return recordedAt - first <= FIRST_SEEN_MS;
    this.times.set(bytes, start, end, recordedAt);
    writeSighting({ bytes, start, end }, { recordedAt, happenedAt }, fresh);
    return true;
  }
}

/** Milliseconds since the Unix epoch. */
export interface SightingTimes {
  readonly recordedAt: number;
  readonly happenedAt: number;
}

/** Part of some bytes. */
export interface Range {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
}

/** Who was where, of entries that follow one another. */
export interface SightingKeys {
  /** A key says which actor an event has and at which address. They lie one behind the other. */
  readonly bytes: Uint8Array;
  /** Where each ends. It is empty where the event does not say both. */
  readonly ends: readonly number[];
}

/** Writes the key of an entry, if it has one. @param address as eight groups. */
export function writeSightingKey(entry: EntryLayout, address: string | undefined, to: ByteWriter): void {
  if (address === undefined || !entry.has(ACTOR_ID) || entry.isEmpty(ACTOR_ID)) return;
  entry.write(TENANT, to);
  to.latin1(address);
  entry.write(ACTOR_ID, to);
}

const TENANT = fieldNumber("tenant_id");
const ACTOR_ID = fieldNumber("actor.id");

/** Whom and where a key names. What is between the two JSON texts is the address: an organization's id has no quotation marks. */
function pairOf(key: string): Pair {
  const tenantEnd = key.indexOf('"', 1) + 1;
  const idStart = key.indexOf('"', tenantEnd);
  const string = (bytes: string) => JSON.parse(Buffer.from(bytes, "latin1").toString("utf8")) as string;
  return {
    tenant: string(key.slice(0, tenantEnd)),
    actorId: string(key.slice(idStart)),
    ip: key.slice(tenantEnd, idStart),
  };
}

/** The row of a pair, as a line. */
function writeSighting({ bytes, start, end }: Range, { recordedAt, happenedAt }: SightingTimes, to: ByteWriter): void {
  const tenantEnd = bytes.indexOf(QUOTE, start + 1) + 1;
  const idStart = bytes.indexOf(QUOTE, tenantEnd);
  to.byte(OPEN_BRACKET);
  to.range(bytes, start, tenantEnd);
  to.byte(COMMA);
  to.range(bytes, idStart, end);
  to.latin1(',"');
  to.range(bytes, tenantEnd, idStart);
  to.latin1(`","${cellOf(recordedAt)}","${cellOf(happenedAt)}"]\n`);
}

/** The engine's basic parser takes neither a T nor a Z. */
function cellOf(time: number): string {
  return formatTimestamp(time).replace("T", " ").slice(0, -1);
}

function latin1({ buffer, byteOffset }: Uint8Array, start: number, end: number): string {
  return Buffer.from(buffer, byteOffset + start, end - start).toString("latin1");
}
