import type { LogEntry, LogReader } from "../log/index.ts";
import type { DamageListener } from "../read/index.ts";
import { type Format, type OutgoingRecord, OutgoingRecords } from "../streams/index.ts";
import type { TreeReader } from "../tree/index.ts";
import type { Seen } from "./contract.ts";

/** Alerts only look at events: nothing is written. */
const UNWRITTEN: Format = { event: () => "", shortened: () => "", damaged: () => "", checkpoint: () => "" };

interface EntriesParts {
  readonly log: LogReader;
  readonly tree: Pick<TreeReader, "tile" | "size">;
  readonly onDamage: DamageListener;
}

/** Entries of the log as alerts see them, each compared with its hash. A damaged entry is reported, and fires nothing. */
export class Entries {
  private readonly records: OutgoingRecords;

  constructor({ log, tree, onDamage }: EntriesParts) {
    this.records = new OutgoingRecords({
      logId: log.id,
      tree,
      format: UNWRITTEN,
      filter: {},
      recordBytes: Number.POSITIVE_INFINITY,
      onDamage,
    });
  }

  of(entry: LogEntry): OutgoingRecord | undefined {
    return this.records.of(entry);
  }

  seen(entry: LogEntry): Seen | undefined {
    const record = this.records.of(entry);
    return record && seenOf(record);
  }
}

export function seenOf({ event, organization, sequence, time }: OutgoingRecord): Seen | undefined {
  return event && { event, organization, sequence, at: time };
}
