import type { CheckpointStore, KeptCheckpoint, KeptSignature } from "./checkpoint-store.ts";
import type { SignedCheckpoint } from "./contract.ts";
import type { Forest } from "./forest.ts";
import { rangeHash } from "./proofs.ts";
import type { Signer } from "./signer.ts";
import { SigningFailed } from "./signing-command.ts";

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
   * Signs what is left to sign and keeps it, durably, in one commit; only then it can be read. All at once: no key is outside.
   * @throws IntegrityViolation when a tree contradicts what was signed; then nothing is signed at all.
   */
  sign(now: number): void {
    const due = this.due(now);
    this.keep(
      due.map((checkpoint) => ({ checkpoint, signatures: this.signer.signNow(checkpoint, now) })),
      now,
    );
    this.unsigned.clear();
  }

  /**
   * Signs what is left to sign, and shows it to nobody yet. What is not kept in the end is to be given back. What could not be signed is left to sign.
   * @returns with why, where some could not be signed. @throws as `sign`
   */
  async take(now: number): Promise<{ signed: Signed[]; failed: SigningFailed | undefined }> {
    const due = this.due(now);
    this.unsigned.clear();
    const results = await Promise.allSettled(
      due.map(async (checkpoint) => ({ checkpoint, signatures: await this.signer.sign(checkpoint, now) })),
    );
    const signed: Signed[] = [];
    let failed: SigningFailed | undefined;
    for (const [index, result] of results.entries()) {
      if (result.status === "fulfilled") signed.push(result.value);
      else {
        this.giveBack([due[index] as KeptCheckpoint]);
        if (!(result.reason instanceof SigningFailed)) throw result.reason;
        failed = result.reason;
      }
    }
    return { signed, failed };
  }

  /** Keeps what was signed, durably, in one commit; only then it can be read. */
  keep(signed: readonly Signed[], now: number): void {
    this.store.add(signed, now);
    if (signed.length > 0) this.signedAt = now;
    for (const { organization, size, go } of this.waiting) if (this.covers(organization, size)) go();
  }

  /** What was taken is left to sign again. */
  giveBack(taken: readonly KeptCheckpoint[]): void {
    for (const { organization } of taken) this.unsigned.add(organization);
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

  private due(now: number): KeptCheckpoint[] {
    return [...this.unsigned].flatMap((organization) => this.next(organization, now) ?? []);
  }

  private covers(organization: string, size: number): boolean {
    return (this.store.latest(organization)?.size ?? 0) >= size;
  }
}
