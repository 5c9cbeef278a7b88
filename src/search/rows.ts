import { setImmediate } from "node:timers/promises";
import { byteJson, entryTexts, formatTimestamp, type IndexedTexts, stringOf } from "../event/index.ts";
import type { LogEntry } from "../log/index.ts";
import { addressOf } from "./addresses.ts";
import { engineTime, NOT_FIRST_SEEN, type RowSource, rowText } from "./columns.ts";
import { type FirstSeen, type FirstSighting, sightingKey } from "./first-seen.ts";
import type { TableName } from "./schema.ts";
import { countByOrganization } from "./sizes.ts";
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
  readonly months: ReadonlySet<string>;
  readonly events: OpenLines;
  /** Undefined where they add nothing. */
  readonly actors: Buffer | undefined;
  readonly resources: Buffer | undefined;
}

/** Lines of events that say false where first_seen is decided later. */
interface OpenLines {
  readonly lines: Buffer;
  /** Where each line ends, its line end included. */
  readonly ends: readonly number[];
  /** Who was where (see FirstSeen), and when, in milliseconds since the Unix epoch. */
  readonly keys: readonly (string | undefined)[];
  readonly times: readonly number[];
}

/**
 * Entries that are made into rows at once, before other work of the process gets its turn. Few enough that what they are decoded to is gone
 * before the garbage collector would have to move it.
 */
export const SLICE = 250;

/** Contents whose numbers are remembered: some 20 MB of each. */
const ACTORS_MAX = 50_000;
const RESOURCES_MAX = 100_000;

/** Makes entries into rows, in the order of the log. One for each run of the indexer: what it remembers is in the store or on its way. */
export class RowMaker {
  private readonly actors = new Numbers(ACTORS_MAX);
  private readonly resources = new Numbers(RESOURCES_MAX);
  private readonly firstSeen: FirstSeen;
  private lastText = "";
  private lastTime = 0;

  constructor(firstSeen: FirstSeen) {
    this.firstSeen = firstSeen;
  }

  /** @param entries at least one. @param isThere whether the row of a position is in the tables already. @throws when an entry cannot be decoded. */
  make(entries: readonly LogEntry[], isThere: (position: number) => boolean): MadeRows {
    const from = (entries[0] as LogEntry).position;
    const lines: Lines = { events: [], actors: [], resources: [] };
    const months = new Set<string>();
    const keys: (string | undefined)[] = [];
    const times: number[] = [];
    for (const entry of entries) {
      if (isThere(entry.position)) continue;
      const event = textsOf(entry);
      const address = addressOf(event);
      this.add({ event, address, position: entry.position }, lines);
      months.add(event.timestamp.slice(1, 8));
      keys.push(sightingKey(event, address));
      times.push(this.timeOf(event.timestamp));
    }
    const [events = EMPTY, actors, resources] = [lines.events, lines.actors, lines.resources].map(bytesOf);
    return {
      from,
      to: from + entries.length,
      bytes: events.length + (actors?.length ?? 0) + (resources?.length ?? 0),
      counts: countByOrganization(entries),
      months,
      events: { lines: events, ends: endsOf(lines.events), keys, times },
      actors,
      resources,
    };
  }

  /** The rows of a batch, with what is decided for it as a whole. Batches come in the order of the log. */
  async finish(pieces: readonly MadeRows[]): Promise<Rows> {
    await this.firstSeen.learn(pieces.map(({ events }) => events.keys));
    const fresh: FirstSighting[] = [];
    for (const { events } of pieces) {
      this.mark(events, fresh);
      await setImmediate();
    }
    const sightings = bytesOf(fresh.map(sightingLine));
    return {
      events: pieces.map(({ events }) => events.lines).filter(({ length }) => length > 0),
      actors: pieces.flatMap(({ actors = [] }) => actors),
      resources: pieces.flatMap(({ resources = [] }) => resources),
      sightings: sightings === undefined ? [] : [sightings],
    };
  }

  private mark({ lines, ends, keys, times }: OpenLines, fresh: FirstSighting[]): void {
    for (const [at, key] of keys.entries()) {
      if (key === undefined || !this.firstSeen.see(key, times[at] as number, fresh)) continue;
      lines.write(FIRST_SEEN, (ends[at] as number) - CELL_TO_END, "latin1");
    }
  }

  /** Events that happened together have the same time. */
  private timeOf(timestamp: string): number {
    if (timestamp !== this.lastText) {
      this.lastText = timestamp;
      this.lastTime = Date.parse(stringOf(timestamp));
    }
    return this.lastTime;
  }

  private add({ event, address, position }: Pick<RowSource, "event" | "address" | "position">, lines: Lines): void {
    const targets = targetsSnapshot(event);
    const source = {
      event,
      position,
      actor: this.number("actors", actorSnapshot(event), position, lines),
      resource: this.number("resources", resourceSnapshot(event), resourceNumber(position), lines),
      targets: targets === undefined ? NO_TARGETS : this.number("resources", targets, targetsNumber(position), lines),
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
type Lines = Readonly<Record<"events" | "actors" | "resources", string[]>>;

const EMPTY = Buffer.alloc(0);

/** As long as what it is written over. */
const FIRST_SEEN = "true".padEnd(NOT_FIRST_SEEN.length);
/** Bytes from where it is written to the end of a line: first_seen is the last cell. */
const CELL_TO_END = `${NOT_FIRST_SEEN}]\n`.length;

function sightingLine({ tenant, actorId, ip, timestamp }: FirstSighting): string {
  const time = engineTime(JSON.stringify(formatTimestamp(timestamp)));
  return `${byteJson([tenant, actorId, ip]).slice(0, -1)},${time}]`;
}

/** Undefined where there are none. */
function bytesOf(lines: readonly string[]): Buffer | undefined {
  return lines.length === 0 ? undefined : Buffer.from(`${lines.join("\n")}\n`, "latin1");
}

function endsOf(lines: readonly string[]): number[] {
  let end = 0;
  return lines.map(({ length }) => {
    end += length + 1;
    return end;
  });
}

function textsOf(entry: LogEntry): IndexedTexts {
  return entryTexts(entry.headerStart ?? entry.header, entry.body, () => entry.header);
}
