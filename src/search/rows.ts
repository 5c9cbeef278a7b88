import { setImmediate } from "node:timers/promises";
import type { Resource } from "@daybook/sdk";
import { ByteWriter, EntryLayout, fieldNumber, findFields, readTime, ZERO } from "../event/index.ts";
import type { LogEntry } from "../log/index.ts";
import { addressOf } from "./addresses.ts";
import { NOT_FIRST_SEEN, writeRow } from "./columns.ts";
import { type FirstSeen, type SightingKeys, writeSightingKey } from "./first-seen.ts";
import { countByOrganization } from "./organization-sizes.ts";
import { RecentNumbers } from "./recent-numbers.ts";
import type { TableName } from "./schema.ts";
import {
  NO_TARGETS,
  othersOf,
  resourceNumber,
  targetsNumber,
  writeActorKey,
  writeActorRows,
  writeResourceKey,
  writeResourceRows,
  writeTargetsKey,
  writeTargetsRows,
} from "./snapshots.ts";

/** What one batch of entries adds to each table: lines of JSON, one array a row, in pieces of whole lines. */
export type Rows = Readonly<Record<TableName, readonly Uint8Array[]>>;

/** Entries that follow one another, made into rows. What is decided for a batch as a whole, first_seen, is still open. */
export interface MadeRows {
  /** First position. */
  readonly from: number;
  /** First position after them. */
  readonly to: number;
  readonly bytes: number;
  /** Entries of each organization. */
  readonly counts: ReadonlyMap<string, number>;
  /** The months that the events' times are in: an insert makes a part for each. */
  readonly months: ReadonlySet<number>;
  readonly events: OpenLines;
  /** Undefined where they add nothing. */
  readonly actors: Uint8Array | undefined;
  readonly resources: Uint8Array | undefined;
}

/** Lines of events that say false where first_seen is decided later. */
interface OpenLines {
  readonly lines: Uint8Array;
  /** Where each line ends, its line end included. */
  readonly ends: readonly number[];
  /** Who was where. */
  readonly keys: SightingKeys;
  /** When each was recorded, and when it happened, in milliseconds since the Unix epoch. */
  readonly recordedAt: readonly number[];
  readonly happenedAt: readonly number[];
}

/**
 * Entries that are made into rows at once, before other work of the process gets its turn. Few enough that what they are decoded to is gone
 * before the garbage collector would have to move it.
 */
export const SLICE = 250;

/** Contents whose numbers are remembered: some 20 MB of each. */
const ACTORS_MAX = 50_000;
const RESOURCES_MAX = 100_000;

/**
 * Makes entries into rows, in the order of the log: bytes of the one are copied to the other. One for each run of the indexer: what it remembers
 * is in the store or on its way.
 */
export class RowMaker {
  private readonly numbers = { actors: new RecentNumbers(ACTORS_MAX), resources: new RecentNumbers(RESOURCES_MAX) };
  private readonly lines = { events: new ByteWriter(), actors: new ByteWriter(), resources: new ByteWriter() };
  private readonly key = new ByteWriter();
  private readonly keys = new ByteWriter();
  private readonly entry = new EntryLayout();
  private readonly firstSeen: FirstSeen;

  constructor(firstSeen: FirstSeen) {
    this.firstSeen = firstSeen;
  }

  /** @param entries at least one. @param isThere whether the row of a position is in the tables already. @throws when an entry cannot be decoded. */
  make(entries: readonly LogEntry[], isThere: (position: number) => boolean): MadeRows {
    const from = (entries[0] as LogEntry).position;
    const { entry, lines } = this;
    for (const to of [lines.events, lines.actors, lines.resources, this.key, this.keys]) to.length = 0;
    const months = new Set<number>();
    const ends: number[] = [];
    const keyEnds: number[] = [];
    const recordedAt: number[] = [];
    const happenedAt: number[] = [];
    for (const read of entries) {
      if (isThere(read.position)) continue;
      findFields(entry, read.headerStart ?? read.header, read.body, () => read.header);
      const address = addressOf(entry);
      this.add(read.position, address);
      ends.push(lines.events.length);
      months.add(monthOf(entry));
      writeSightingKey(entry, address, this.keys);
      keyEnds.push(this.keys.length);
      recordedAt.push(timeIn(entry, RECORDED_AT));
      happenedAt.push(timeIn(entry, TIMESTAMP));
    }
    const [events, actors, resources] = [lines.events.take(), lines.actors.take(), lines.resources.take()];
    return {
      from,
      to: from + entries.length,
      bytes: events.length + actors.length + resources.length,
      counts: countByOrganization(entries),
      months,
      events: { lines: events, ends, keys: { bytes: this.keys.take(), ends: keyEnds }, recordedAt, happenedAt },
      actors: actors.length > 0 ? actors : undefined,
      resources: resources.length > 0 ? resources : undefined,
    };
  }

  /** The rows of a batch, with what is decided for it as a whole. Batches come in the order of the log. */
  async finish(pieces: readonly MadeRows[]): Promise<Rows> {
    await this.firstSeen.learn(pieces.map(({ events }) => events.keys));
    const fresh = new ByteWriter();
    for (const { events } of pieces) {
      this.mark(events, fresh);
      await setImmediate();
    }
    const sightings = fresh.take();
    return {
      events: pieces.map(({ events }) => events.lines).filter(({ length }) => length > 0),
      actors: pieces.flatMap(({ actors = [] }) => actors),
      resources: pieces.flatMap(({ resources = [] }) => resources),
      sightings: sightings.length === 0 ? [] : [sightings],
    };
  }

  private mark(
    { lines, ends, keys: { bytes, ends: keyEnds }, recordedAt, happenedAt }: OpenLines,
    fresh: ByteWriter,
  ): void {
    let start = 0;
    for (const [at, end] of keyEnds.entries()) {
      const times = { recordedAt: recordedAt[at] as number, happenedAt: happenedAt[at] as number };
      if (end > start && this.firstSeen.see({ bytes, start, end }, times, fresh))
        lines.set(FIRST_SEEN, (ends[at] as number) - CELL_TO_END);
      start = end;
    }
  }

  private add(position: number, address: string | undefined): void {
    const { entry, lines, key } = this;
    const others = othersOf(entry);
    writeActorKey(entry, key);
    const actor = this.numberOf("actors", position);
    if (actor === position) writeActorRows(entry, actor, lines.actors);
    writeResourceKey(entry, key);
    const resource = this.numberOf("resources", resourceNumber(position));
    if (resource === resourceNumber(position)) writeResourceRows(entry, resource, lines.resources);
    const targets = others.length === 0 ? NO_TARGETS : this.addTargets(position, others);
    writeRow({ entry, others, position, actor, resource, targets, address }, lines.events);
    lines.events.byte(LINE_FEED);
  }

  private addTargets(position: number, others: readonly Resource[]): number {
    writeTargetsKey(this.entry, others, this.key);
    const fresh = targetsNumber(position);
    const targets = this.numberOf("resources", fresh);
    if (targets === fresh) writeTargetsRows(this.entry, others, targets, this.lines.resources);
    return targets;
  }

  /** The number of the snapshot whose key was written, or `fresh` from now on. Most events name what is known. */
  private numberOf(table: "actors" | "resources", fresh: number): number {
    const { key } = this;
    const known = this.numbers[table].get(key.bytes, 0, key.length);
    if (known === undefined) this.numbers[table].set(key.bytes, 0, key.length, fresh);
    key.length = 0;
    return known ?? fresh;
  }
}

const TIMESTAMP = fieldNumber("timestamp");
const RECORDED_AT = fieldNumber("recorded_at");
const LINE_FEED = 0x0a;

/** As long as what it is written over. */
const FIRST_SEEN = Buffer.from("true".padEnd(NOT_FIRST_SEEN.length), "latin1");
/** Bytes from where it is written to the end of a line: first_seen is the last cell. */
const CELL_TO_END = `${NOT_FIRST_SEEN}]\n`.length;

/** @param field of the header. @returns milliseconds since the Unix epoch. */
function timeIn({ header, starts }: EntryLayout, field: number): number {
  return readTime(header, (starts[field] as number) + 1);
}

/** The six digits of the year and the month. */
function monthOf({ header, starts }: EntryLayout): number {
  const at = (starts[TIMESTAMP] as number) + 1;
  let month = 0;
  for (const place of MONTH_DIGITS) month = 10 * month + (header[at + place] as number) - ZERO;
  return month;
}

/** Where they are in `2026-11`. */
const MONTH_DIGITS = [0, 1, 2, 3, 5, 6];
