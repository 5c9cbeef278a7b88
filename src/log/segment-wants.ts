import type { LogEntry, StoredBlock } from "./contract.ts";
import type { LogCorruption, NoSuchPosition } from "./errors.ts";

/** Entries of a piece that are in one segment. */
export interface SegmentWants {
  /** Adds one. @returns about how many more bytes will have to be read for it. @throws LogCorruption, LogIoError */
  add(ordinal: number, slot: number): number | Promise<number>;
  /** Reads all of them. @throws LogIoError */
  read(listener: LookupListener): Promise<void>;
}

export interface LookupListener {
  /** Hears of each entry. */
  readonly found: (slot: number, entry: LogEntry | LogCorruption | NoSuchPosition) => void;
  /** Takes blocks as they are, whose entries are then not found. Undefined: they are decoded. */
  readonly stored: ((block: StoredBlock) => void) | undefined;
}
