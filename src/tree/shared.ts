import type { CheckpointSignature } from "../checkpoint-signature.ts";
import type { CheckpointStore } from "./checkpoint-store.ts";
import type { Checkpoints, Signed } from "./checkpoints.ts";
import type { Forest } from "./forest.ts";
import type { SigningFailed } from "./signing-command.ts";

/** Where several nodes share a log: one of them signs, and a checkpoint is committed for all before anybody sees it. The same where a node is alone and its key is outside. */
export interface SharedSigning {
  /** Whether this node signs. */
  readonly leads: boolean;
  /** Resolves with whether they are committed; otherwise nobody can see them. */
  commit(signatures: readonly CheckpointSignature[]): Promise<boolean>;
}

/** For a node that has the log to itself. */
export const ALONE: SharedSigning = { leads: true, commit: async () => true };

interface SharingParts {
  readonly checkpoints: Checkpoints;
  readonly forest: Forest;
  readonly kept: CheckpointStore;
  readonly signing: SharedSigning;
  /** An alarm was raised: nothing that was signed meanwhile is given out. */
  readonly isStopped: () => boolean;
  /** The command that signs fails, or works again. */
  readonly onSigning: (failed: SigningFailed | undefined) => void;
}

/** What a round has left to sign. After a failure it is worth waiting. */
type Left = "nothing" | "more" | "failed";

/** Checkpoints on their way to the other nodes, and from them. */
export class SharedCheckpoints {
  private readonly parts: SharingParts;
  private committing: Promise<Left> | undefined;
  private hasFailed = false;

  constructor(parts: SharingParts) {
    this.parts = parts;
  }

  get leads(): boolean {
    return this.parts.signing.leads;
  }

  /** Whether the command that signs failed the last time. */
  get signingFails(): boolean {
    return this.hasFailed;
  }

  /**
   * Signs what is left to sign, has it committed for all nodes, and only then keeps it and gives it out. One round at a time: what grew meanwhile
   * is left to the next one.
   * @throws IntegrityViolation
   */
  sign(now: number): Promise<Left> {
    this.committing ??= this.commit(now).finally(() => {
      this.committing = undefined;
    });
    return this.committing;
  }

  /** Resolves once nothing is under way any more. */
  async settled(): Promise<void> {
    await this.committing?.catch(() => undefined);
  }

  /** The other nodes can do without them: a witness cosigns the next checkpoint as well. */
  cosign(organization: string, size: number, signatures: Signed["signatures"]): void {
    const checkpoint = this.parts.kept.at(organization, size);
    if (checkpoint !== undefined) void this.parts.signing.commit(signaturesOf([{ checkpoint, signatures }]));
  }

  /**
   * Takes over checkpoints that another node signed, in order, as far as the trees here have come.
   * @returns how many of the signatures. @throws IntegrityViolation when a tree here has another root
   */
  adopt(signatures: readonly CheckpointSignature[], now: number): number {
    const { checkpoints, forest } = this.parts;
    const beyond = signatures.findIndex(({ organization, size }) => forest.tree(organization).size < size);
    const reached = beyond < 0 ? signatures : signatures.slice(0, beyond);
    const right: Signed[] = [];
    try {
      for (const signed of signedBy(reached)) {
        const { organization } = signed.checkpoint;
        forest.compare(organization, forest.tree(organization), signed.checkpoint);
        right.push(signed);
      }
    } finally {
      // In one commit: each waits for the disk, and this node passes on requests meanwhile.
      checkpoints.keep(right, now);
    }
    return reached.length;
  }

  private async commit(now: number): Promise<Left> {
    const { checkpoints, signing, isStopped } = this.parts;
    const { signed, failed } = await checkpoints.take(now);
    this.report(failed);
    if (signed.length > 0) {
      if (!isStopped() && (await signing.commit(signaturesOf(signed)))) checkpoints.keep(signed, now);
      else checkpoints.giveBack(signed.map(({ checkpoint }) => checkpoint));
    }
    if (failed !== undefined) return "failed";
    return checkpoints.isLeftToSign ? "more" : "nothing";
  }

  private report(failed: SigningFailed | undefined): void {
    const hasFailed = failed !== undefined;
    if (hasFailed !== this.hasFailed) this.parts.onSigning(failed);
    this.hasFailed = hasFailed;
  }
}

function signaturesOf(signed: readonly Signed[]): CheckpointSignature[] {
  return signed.flatMap(({ checkpoint, signatures }) =>
    signatures.map(({ name, signature }) => ({ ...checkpoint, name, signature })),
  );
}

/** Checkpoints with their signatures, in the order in which they were committed. */
function signedBy(signatures: readonly CheckpointSignature[]): Signed[] {
  const signed = new Map<string, { checkpoint: Signed["checkpoint"]; signatures: Signed["signatures"][number][] }>();
  for (const { name, signature, ...checkpoint } of signatures) {
    const key = `${checkpoint.organization} ${checkpoint.size}`;
    const there = signed.get(key) ?? { checkpoint, signatures: [] };
    there.signatures.push({ name, signature });
    signed.set(key, there);
  }
  return [...signed.values()];
}
