import { setImmediate } from "node:timers/promises";
import { byteJson, entryTexts, formatTimestamp, type IndexedTexts } from "../event/index.ts";
import type { LogEntry } from "../log/index.ts";
import { addressOf } from "./addresses.ts";
import { engineTime, type RowSource, rowText } from "./columns.ts";
import type { FirstSeen, FirstSighting } from "./first-seen.ts";
import { TABLE_NAMES, type TableName } from "./schema.ts";
import {
  actorSnapshot,
  NO_TARGETS,
  Numbers,
  resourceNumber,
  resourceSnapshot,
  type Snapshot,
  targetsNumber,
  targetsSnapshot,
} from "./snapshots.ts";

/** What one batch of entries adds to each table: lines of JSON, one array a row, in pieces of whole lines. */
export type Rows = Readonly<Record<TableName, readonly Uint8Array[]>>;

export interface MadeRows {
  readonly rows: Rows;
  /** How many months the events' times are in: an insert makes a part for each. */
  readonly months: number;
}

/**
 * Entries that are made into rows before other work of the process gets its turn. Few enough that what they are decoded to is gone before
 * the garbage collector would have to move it.
 */
const SLICE = 250;
/** The same where the store has to be asked about what they say: each question costs it several milliseconds, whatever it is about. */
const LOOK_UP_GROUP = 2_500;

/** Contents whose numbers are remembered: some 20 MB of each. */
const ACTORS_MAX = 50_000;
const RESOURCES_MAX = 100_000;

/** Makes entries into rows, in the order of the log. One for each run of the indexer: what it remembers is in the store or on its way. */
export class RowMaker {
  private readonly actors = new Numbers(ACTORS_MAX);
  private readonly resources = new Numbers(RESOURCES_MAX);
  private readonly firstSeen: FirstSeen;

  constructor(firstSeen: FirstSeen) {
    this.firstSeen = firstSeen;
  }

  /** @throws when an entry cannot be decoded. */
  async make(entries: readonly LogEntry[]): Promise<MadeRows> {
    const months = new Set<string>();
    const rows = { events: [], actors: [], resources: [], sightings: [] } as Record<TableName, Uint8Array[]>;
    for (let from = 0; from < entries.length; ) {
      const group = entries.slice(from, from + (this.firstSeen.looksUp ? LOOK_UP_GROUP : SLICE));
      for await (const lines of this.makeGroup(group, months)) {
        // Written at once: what a line is put together from is gone before the garbage collector would have to move it.
        for (const table of TABLE_NAMES) if (lines[table].length > 0) rows[table].push(bytesOf(lines[table]));
        await setImmediate();
      }
      from += group.length;
    }
    return { rows, months: months.size };
  }

  /** In slices, of entries whose sightings are looked up together. */
  private async *makeGroup(entries: readonly LogEntry[], months: Set<string>): AsyncGenerator<Lines> {
    const events: IndexedTexts[] = [];
    for (const slice of slices(entries)) {
      if (events.length > 0) await setImmediate();
      for (const entry of slice) events.push(textsOf(entry));
    }
    for (const { timestamp } of events) months.add(timestamp.slice(1, 8));
    const addresses = events.map(addressOf);
    const { firstSeen, fresh } = await this.firstSeen.see(events, addresses);
    let at = 0;
    for (const slice of slices(entries)) {
      const lines = emptyLines();
      for (const { position } of slice) {
        const seen = { firstSeen: firstSeen[at] === true, address: addresses[at] };
        this.add(events[at] as IndexedTexts, position, seen, lines);
        at++;
      }
      if (at === entries.length) lines.sightings.push(...fresh.map(sightingLine));
      yield lines;
    }
  }

  private add(
    event: IndexedTexts,
    position: number,
    { firstSeen, address }: Pick<RowSource, "firstSeen" | "address">,
    lines: Lines,
  ): void {
    const targets = targetsSnapshot(event);
    const source = {
      event,
      position,
      actor: this.number("actors", actorSnapshot(event), position, lines),
      resource: this.number("resources", resourceSnapshot(event), resourceNumber(position), lines),
      targets: targets === undefined ? NO_TARGETS : this.number("resources", targets, targetsNumber(position), lines),
      firstSeen,
      address,
    };
    lines.events.push(rowText(source));
  }

  /** The number of a snapshot; its rows are added where it is new. */
  private number(table: "actors" | "resources", { tenant, key, rows }: Snapshot, fresh: number, lines: Lines): number {
    const number = this[table].of(key, fresh);
    if (number === fresh) {
      for (const row of rows()) lines[table].push(`[${tenant},${number},${byteJson(row).slice(1)}`);
    }
    return number;
  }
}

/** As byte texts. */
type Lines = Readonly<Record<TableName, string[]>>;

const emptyLines = (): Lines => ({ events: [], actors: [], resources: [], sightings: [] });

function* slices(entries: readonly LogEntry[]): Generator<readonly LogEntry[]> {
  for (let from = 0; from < entries.length; from += SLICE) yield entries.slice(from, from + SLICE);
}

function sightingLine({ tenant, actorId, ip, recordedAt }: FirstSighting): string {
  const time = engineTime(JSON.stringify(formatTimestamp(recordedAt)));
  return `${byteJson([tenant, actorId, ip]).slice(0, -1)},${time}]`;
}

function bytesOf(lines: readonly string[]): Buffer {
  return Buffer.from(`${lines.join("\n")}\n`, "latin1");
}

function textsOf(entry: LogEntry): IndexedTexts {
  return entryTexts(entry.headerStart ?? entry.header, entry.body, () => entry.header);
}
