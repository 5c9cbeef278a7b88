/** One signature under a checkpoint, by itself. */
export interface CheckpointSignature {
  readonly organization: string;
  readonly size: number;
  readonly root: Uint8Array;
  /** Milliseconds since the Unix epoch. */
  readonly signedAt: number;
  /** Null for the log's own key. */
  readonly name: string | null;
  readonly signature: Uint8Array;
}
