import { BundleRefusal } from "./bundle-report.ts";
import type { Hashing } from "./hashing.ts";
import { verifyConsistency } from "./merkle.ts";
import type { Checkpoint } from "./note.ts";

/** A checkpoint that a reader kept, and what connects it with another one of the same log. */
export interface KeptCheckpoint {
  readonly checkpoint: Checkpoint;
  /** Consistency proof between the smaller and the larger of the two (RFC 9162 section 2.1.4); not needed where both are of one size. */
  readonly proof?: readonly Uint8Array[];
}

/**
 * Whether a checkpoint is of the log that the reader's kept one is of.
 * @throws BundleRefusal `kept_checkpoint`
 */
export function* checkKept({ checkpoint: kept, proof }: KeptCheckpoint, checkpoint: Checkpoint): Hashing<void> {
  const refuse = (reason: string) => new BundleRefusal("kept_checkpoint", reason);
  if (kept.origin !== checkpoint.origin) {
    throw refuse(`The checkpoint you kept is of ${kept.origin}, this one of ${checkpoint.origin}.`);
  }
  const [from, to] = kept.size <= checkpoint.size ? [kept, checkpoint] : [checkpoint, kept];
  if (from.size !== to.size && proof === undefined) {
    throw refuse(
      `The checkpoint you kept covers ${kept.size} entries, this one ${checkpoint.size}: give the consistency proof from ${from.size} to ${to.size}.`,
    );
  }
  // Every log begins with nothing.
  if (from.size === 0) return;
  const isSame = yield* verifyConsistency(
    from.size,
    to.size,
    from.root,
    to.root,
    from.size === to.size ? [] : (proof ?? []),
  );
  if (!isSame) throw refuse("This is not the log you kept a checkpoint of: entries were changed or removed since.");
}
