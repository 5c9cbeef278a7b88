import type { Sender } from "../admission/index.ts";
import type { LogCorruption, NoSuchPosition } from "./errors.ts";

/**
 * What the rest of Daybook may know of the log. The log stores bytes: an entry is a header, which its hash commits to for
 * ever, and a body, which the header commits to. It never looks inside either.
 */

/** The two parts of an entry, as they are stored. Both are copied before the next entry is encoded. */
export interface Entry {
  readonly header: Uint8Array;
  readonly body: Uint8Array;
}

/** A request to append one entry; `encode` is called once, synchronously, when its place and time are known. */
export interface Append {
  /** 1–128 bytes of ASCII. */
  readonly organization: string;
  /** About how much memory it holds while it waits; counts against the queue's limit. Default: very little. */
  readonly bytes?: number;
  /** Whose share of the log it takes while others wait. What one sender appends stays in order. Default: one that all share who name none. */
  readonly sender?: Sender | undefined;
  /** The system's own entry (someone signed in, made room, …): taken also while the disk is full, from space set aside. */
  readonly reserved?: boolean;
  /**
   * @param sequence place in the organization, contiguous from 0.
   * @param recordedAt milliseconds since the Unix epoch; never decreases within a log.
   * @throws whatever it likes: that append alone is rejected and its sequence goes to the next one.
   */
  encode(sequence: number, recordedAt: number): Entry;
}

/** A request to append that hears how it ends, once, and at once. Neither call may throw. */
export interface Submission extends Append {
  /** The entry is durable. */
  appended(place: Appended): void;
  /** It is not in the log, for what `encode` threw or for DaybookError `log_unavailable`. */
  refused(error: unknown): void;
}

/** Where one entry came to be. */
export interface Appended {
  readonly position: number;
  readonly sequence: number;
  /** Milliseconds since the Unix epoch. */
  readonly recordedAt: number;
  /** SHA-256(0x00 ‖ header) in hex (RFC 6962 leaf hash). */
  readonly leafHash: string;
}

/** One entry as read back. `body` is undefined once it was erased; header and leaf hash stay for ever. */
export interface LogEntry {
  readonly position: number;
  readonly organization: string;
  readonly sequence: number;
  readonly leafHash: Uint8Array;
  readonly header: Uint8Array;
  /**
   * Where `follow` reads a compressed segment: the header, or as much of it as is there without computing the rest from the body. Header
   * and leaf hash of such an entry are computed when they are asked for.
   */
  readonly headerStart?: Uint8Array;
  readonly body: Uint8Array | undefined;
  /**
   * Where `leafHash` comes from. `stored`: it was written beside the header, which can be compared with it. `computed`: a compressed
   * segment leaves it out, so it is the hash of the header that was just read, and only the tree can tell whether it is right.
   */
  readonly leaf: "stored" | "computed";
  /** The header's commitment to the body was computed from this very body, so that the two need no comparing. */
  readonly completed?: boolean;
}

/** In the place of an entry whose bytes on disk are not what was written, or that the log does not have. */
export interface DamagedEntry {
  readonly position: number;
  /** Which file, at which byte, and what is wrong there; or that there is no such position. */
  readonly damage: LogCorruption | NoSuchPosition;
}

/**
 * A block of a compressed segment as the file has it, checksum and all, and which of its entries are asked for. It is plain data, which
 * another thread can decode: see `decodeStored`.
 */
export interface StoredBlock {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly path: string;
  /** Where it begins in the file. */
  readonly offset: number;
  /** 16 bytes: of the segment's log. */
  readonly logId: Uint8Array;
  readonly firstPosition: number;
  readonly window: number;
  readonly firstOrdinal: number;
  readonly block: number;
  /** Of what it holds, inflated. */
  readonly contentBytes: number;
  /** Of each entry that is asked for its ordinal in the segment, and its slot: which of the entries of the piece it is. */
  readonly wanted: readonly number[];
}

/** Entries of some positions: in blocks, where they are compressed, else read. Each slot below `count` is in one of the two. */
export interface StoredPiece {
  readonly count: number;
  readonly blocks: readonly StoredBlock[];
  /** By slot. */
  readonly entries: ReadonlyMap<number, LogEntry | DamagedEntry>;
  /** To be called with what decoding a block throws, as the log stops taking entries when it is damaged. */
  readonly onCorruption: (error: LogCorruption) => void;
}

/** An id under which a log was kept before it was restored from a backup. */
export interface EarlierId {
  /** UUID. */
  readonly id: string;
  /** The entries below this position were recorded under it or one before it: under it they had the same positions and sequences. */
  readonly entries: number;
}

export interface LogReader {
  /** UUID, fixed when the log was first started, or restored from a backup. */
  readonly id: string;
  /** Oldest first. */
  readonly earlier: readonly EarlierId[];
  /** Number of durable entries; positions 0 … end-1 can be read and will read the same for ever. */
  readonly end: number;
  /** Number of durable entries of one organization; 0 when it has none. */
  size(organization: string): number;
  /** One durable entry. @throws RangeError when the position is not below `end`. */
  entry(position: number): Promise<LogEntry>;
  /**
   * Durable entries by position, in any order, repeated ones too. They come in the order asked for, in pieces that are never empty
   * and hold at most about 4 MiB (one entry may be larger). The pieces after the one in use are read ahead. What is damaged, or not
   * there, comes as a DamagedEntry in its place, and the others are still read.
   * @throws the reason of `signal` once it aborts; LogIoError.
   */
  entries(positions: readonly number[], signal?: AbortSignal): AsyncIterable<readonly (LogEntry | DamagedEntry)[]>;
  /** The same, but what is in compressed segments is left for the caller to decode. What is wrong with a block shows only then. */
  pieces(positions: Float64Array, signal?: AbortSignal): AsyncIterable<StoredPiece>;
  /**
   * Durable entries from a position on, in order, in chunks of whole entries (about 1 MiB, never empty); waits for new ones
   * when it has caught up, and ends without error once `signal` aborts.
   */
  follow(from: number, signal: AbortSignal): AsyncIterable<readonly LogEntry[]>;
}

export interface Log extends LogReader {
  /**
   * Appends what each sender submits in order. Each submission hears that it was appended only once its entry is durable (written and fdatasync'ed), and that it was
   * refused when it is not in the log: for what `encode` threw, or for DaybookError `log_unavailable` (read-only, full disk, closing).
   * After a failed fsync the process ends: nothing is acknowledged, because nothing can be known.
   */
  submit(batch: readonly Submission[]): void;
  /** The same, with a promise for each. */
  append(batch: readonly Append[]): Promise<Appended>[];
  /** How far the wall clock is ahead of the time that entries are recorded at, in milliseconds. */
  readonly clockOffset: number;
  /** Why appends are refused at the moment, or undefined when the log takes them. */
  readonly readOnly: string | undefined;
  /** Waits for what was accepted to become durable, then releases the directory. */
  close(): Promise<void>;
}
