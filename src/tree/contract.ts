/**
 * What the rest of Daybook may know of the trees. Each organization has one: RFC 6962, its leaf hashes those of the log, a leaf's
 * index its entry's sequence. Whatever is answered here is within a signed checkpoint: what no checkpoint covers yet has no proof.
 */

/**
 * A log that was restored from a backup goes on under a new id, so that its checkpoints have another origin. Which entries of the earlier log it
 * begins with is stated once, signed by its keys.
 */
export interface Predecessor {
  /** Of the earlier log. */
  readonly logId: string;
  /** The organization's entries that were restored: the first ones of both logs. */
  readonly size: number;
  /** What the earlier log had signed, as far as is known here. If it is more than `size`, the rest is gone. */
  readonly signedSize: number;
  /** Milliseconds since the Unix epoch. */
  readonly restoredAt: number;
  /** Signed note: `<origin>\ncontinues <earlier origin>\n<size> <root>\n`. No checkpoint's text: the second line of one is a number. */
  readonly statement: string;
}

/** A tree's head, signed and kept for ever before anybody sees it. */
export interface SignedCheckpoint {
  readonly origin: string;
  /** Leaves it covers. */
  readonly size: number;
  /** 32 bytes. */
  readonly root: Uint8Array;
  /** Milliseconds since the Unix epoch. */
  readonly signedAt: number;
  /** The whole signed note (C2SP tlog-checkpoint), with every signature there is by now. */
  readonly note: string;
}

/** Leaves `start` … `end`-1; never empty. */
export interface LeafRange {
  readonly start: number;
  readonly end: number;
}

/**
 * Whether what is stored is still what was acknowledged and signed. An alarm stays, whatever is started meanwhile, until a verification of
 * everything finds nothing; until then nothing is signed.
 */
export type Integrity =
  | { readonly state: "ok" }
  | {
      readonly state: "alarm";
      /** Milliseconds since the Unix epoch. */
      readonly since: number;
      /** One sentence for the operator: what was found, and where. */
      readonly reason: string;
      readonly organization?: string;
      readonly sequence?: number;
    };

/** A public key as a verifier takes it (C2SP signed-note). */
export interface PublishedKey {
  readonly vkey: string;
  /** Milliseconds since the Unix epoch. */
  readonly createdAt: number;
  /** From when it signs nothing more; undefined for the newest key. */
  readonly signsUntil: number | undefined;
}

/**
 * @throws DaybookError `tree_unavailable` from everything that reads hashes, while the tree is being read from the log again;
 * RangeError for a size, index or range that the newest checkpoint does not cover.
 */
export interface TreeReader {
  readonly integrity: Integrity;
  /** First line of the organization's checkpoints, and the name of its key: `daybook/<log id>/<organization>`. */
  origin(organization: string): string;
  /** The organization's keys, newest first, retired ones included. */
  publishedKeys(organization: string): PublishedKey[];
  /** Logs that this one was before a restore, newest first. */
  predecessors(organization: string): readonly Predecessor[];
  /** Leaves that the newest checkpoint covers; 0 without one. */
  size(organization: string): number;
  /** The newest one. */
  checkpoint(organization: string): SignedCheckpoint | undefined;
  /** The one of this size, if one was signed, with the signatures there are by now. */
  checkpointAt(organization: string, size: number): SignedCheckpoint | undefined;
  /** Resolves with the newest checkpoint once it covers `size` leaves, or undefined when `signal` aborts first. */
  covered(organization: string, size: number, signal: AbortSignal): Promise<SignedCheckpoint | undefined>;
  /** Root of the first `size` leaves. */
  root(organization: string, size: number): Uint8Array;
  leafHash(organization: string, index: number): Uint8Array;
  /** Position in the log of a leaf's entry. */
  logPosition(organization: string, index: number): number;
  /** The same of each entry from `start` to before `end`: a tile of them is read once. */
  logPositions(organization: string, start: number, end: number): number[];
  /** PATH(index, D[size]) of RFC 6962 section 2.1.1. */
  inclusionProof(organization: string, index: number, size: number): Uint8Array[];
  /** PROOF(from, D[to]) of RFC 6962 section 2.1.2; `from` is at least 1. */
  consistencyProof(organization: string, from: number, to: number): Uint8Array[];
  /** For `multiproofRoot` of the SDK; neither ranges nor hashes are ever held all at once. @param ranges ascending and apart; a single leaf is a range of one. */
  multiproof(organization: string, ranges: Iterable<LeafRange>, size: number): Iterable<Uint8Array>;
  /**
   * Hashes of a tile (C2SP tlog-tiles), 32 bytes each.
   * @param width 1 to 256. @returns undefined when the newest checkpoint does not have that tile so wide.
   */
  tile(organization: string, level: number, index: number, width: number): Uint8Array | undefined;
}
