import type { CheckpointStore, KeptCheckpoint, KeptSignature } from "./checkpoint-store.ts";
import type { SignedCheckpoint } from "./contract.ts";
import type { Forest } from "./forest.ts";
import { rangeHash } from "./proofs.ts";
import type { Signer } from "./signer.ts";

export interface Signed {
  readonly checkpoint: KeptCheckpoint;
  readonly signatures: readonly KeptSignature[];
}

interface Waiting {
  readonly organization: string;
  readonly size: number;
  readonly go: () => void;
}

/**
 * What is signed when. Never two checkpoints that contradict each other: before a larger one is signed, the tree must still have the root
 * that was signed last, and the store takes no second one of a size.
 */
export class Checkpoints {
  readonly signer: Signer;
  private readonly store: CheckpointStore;
  private readonly forest: Forest;
  /** Organizations whose newest checkpoint does not cover their tree, or that the newest key has not signed. */
  private readonly unsigned = new Set<string>();
  private readonly waiting = new Set<Waiting>();
  private signedAt = 0;

  constructor(store: CheckpointStore, signer: Signer, forest: Forest) {
    this.store = store;
    this.signer = signer;
    this.forest = forest;
    for (const { signedAt } of store.organizations()) this.signedAt = Math.max(this.signedAt, signedAt);
  }

  get lastSignedAt(): number {
    return this.signedAt;
  }

  grew(organization: string): void {
    this.unsigned.add(organization);
  }

  /** Finds what is left to sign. @param stored every tree and its leaves. */
  markUnsigned(stored: readonly { organization: string; size: number }[]): void {
    for (const { organization, size } of stored) {
      const last = this.store.latest(organization);
      const current = last?.size === size && this.signer.isCurrent(last, this.store.signatures(last));
      if (!current) this.unsigned.add(organization);
    }
  }

  /**
   * Signs what is left to sign and keeps it, durably, in one commit; only then it can be read.
   * @throws IntegrityViolation when a tree contradicts what was signed; then nothing is signed at all.
   */
  sign(now: number): void {
    this.keep(this.prepare(now), now);
    this.unsigned.clear();
  }

  /**
   * Signs what is left to sign, and shows it to nobody: it has to be committed elsewhere first. What is not committed in the end is to be `returned`.
   * @throws as `sign`
   */
  take(now: number): Signed[] {
    const signed = this.prepare(now);
    this.unsigned.clear();
    return signed;
  }

  /** Keeps what was signed, durably, in one commit; only then it can be read. */
  keep(signed: readonly Signed[], now: number): void {
    this.store.add(signed, now);
    if (signed.length > 0) this.signedAt = now;
    for (const { organization, size, go } of this.waiting) if (this.covers(organization, size)) go();
  }

  /** What was taken is left to sign again. */
  giveBack(signed: readonly Signed[]): void {
    for (const { checkpoint } of signed) this.unsigned.add(checkpoint.organization);
  }

  get isLeftToSign(): boolean {
    return this.unsigned.size > 0;
  }

  /** Compares every tree that has grown with what was signed, and signs nothing. @throws IntegrityViolation */
  check(): void {
    for (const organization of this.unsigned) this.next(organization, 0);
    this.unsigned.clear();
  }

  newest(organization: string): SignedCheckpoint | undefined {
    const checkpoint = this.store.latest(organization);
    return checkpoint && this.signer.note(checkpoint, this.store);
  }

  at(organization: string, size: number): SignedCheckpoint | undefined {
    const checkpoint = this.store.at(organization, size);
    return checkpoint && this.signer.note(checkpoint, this.store);
  }

  /** It waits for what was signed of one organization, not for a position of the log: no Milestone says that. */
  async covered(organization: string, size: number, signal: AbortSignal): Promise<SignedCheckpoint | undefined> {
    if (!this.covers(organization, size) && !signal.aborted) {
      await new Promise<void>((resolve) => {
        const waiting = {
          organization,
          size,
          go: () => {
            signal.removeEventListener("abort", waiting.go);
            this.waiting.delete(waiting);
            resolve();
          },
        };
        signal.addEventListener("abort", waiting.go);
        this.waiting.add(waiting);
      });
    }
    return this.covers(organization, size) ? this.newest(organization) : undefined;
  }

  /** The checkpoint to sign: of the tree as it is, or the last one once more. Undefined while the tree has not come as far as that. */
  private next(organization: string, now: number): KeptCheckpoint | undefined {
    const tree = this.forest.tree(organization);
    const last = this.store.latest(organization);
    if (last !== undefined) {
      if (tree.size < last.size) return undefined;
      this.forest.compare(organization, tree, last);
      if (tree.size === last.size) return this.signer.isCurrent(last, this.store.signatures(last)) ? undefined : last;
    }
    const root = rangeHash({ start: 0, end: tree.size }, (level, index) => tree.node(level, index));
    return { organization, size: tree.size, root: Uint8Array.from(root), signedAt: now };
  }

  private prepare(now: number): Signed[] {
    return [...this.unsigned].flatMap((organization) => {
      const checkpoint = this.next(organization, now);
      return checkpoint === undefined ? [] : [{ checkpoint, signatures: this.signer.sign(checkpoint, now) }];
    });
  }

  private covers(organization: string, size: number): boolean {
    return (this.store.latest(organization)?.size ?? 0) >= size;
  }
}
