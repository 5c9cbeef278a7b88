import { setImmediate } from "node:timers/promises";
import { decodeEntry } from "../event/codec.ts";
import { formatTimestamp } from "../event/timestamp.ts";
import type { LogEntry } from "../log/contract.ts";
import { engineTime, rowText } from "./columns.ts";
import type { FirstSeen } from "./first-seen.ts";
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

/** What one batch of entries adds to each table, as lines of JSON, one array a row. */
export interface Rows {
  readonly events: string;
  readonly actors: string;
  readonly resources: string;
  readonly sightings: string;
}

/** Entries that are made into rows before other work of the process gets its turn. */
const SLICE = 250;

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
  async make(entries: readonly LogEntry[]): Promise<Rows> {
    const events = [];
    for (const { header, body } of entries) {
      events.push(decodeEntry(header, body));
      if (events.length % SLICE === 0) await setImmediate();
    }
    const { firstSeen, fresh } = await this.firstSeen.see(events);
    const rows = { events: "", actors: "", resources: "", sightings: "" };
    for (const [at, event] of events.entries()) {
      const { position } = entries[at] as LogEntry;
      const number = (table: "actors" | "resources", snapshot: Snapshot, own: number) => {
        const given = this[table].of(snapshot.key, own);
        if (given === own) {
          for (const row of snapshot.rows) rows[table] += `${JSON.stringify([event.tenant_id, own, ...row])}\n`;
        }
        return given;
      };
      const targets = targetsSnapshot(event);
      rows.events += `${rowText({
        event,
        position,
        actor: number("actors", actorSnapshot(event), position),
        resource: number("resources", resourceSnapshot(event), resourceNumber(position)),
        targets: targets === undefined ? NO_TARGETS : number("resources", targets, targetsNumber(position)),
        firstSeen: firstSeen[at] ?? false,
      })}\n`;
      if (at % SLICE === SLICE - 1) await setImmediate();
    }
    for (const { tenant, actorId, ip, recordedAt } of fresh) {
      rows.sightings += `${JSON.stringify([tenant, actorId, ip, engineTime(formatTimestamp(recordedAt))])}\n`;
    }
    return rows;
  }
}
