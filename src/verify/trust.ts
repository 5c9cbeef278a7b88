import { verifyCosignature } from "@daybook/sdk/cosignature";
import { type Checkpoint, formatCheckpoint, type VerifierKey } from "@daybook/sdk/note";
import { verifyEd25519 } from "../crypto.ts";
import type { KeptSignature } from "../tree/index.ts";
import type { Finding, Grade } from "./contract.ts";
import type { Restore } from "./restores.ts";

const KEY_ID_BYTES = 4;

/** What a verification can rest on besides the log's own signatures. It comes from outside the data directory. */
export interface Trusted {
  readonly witnesses: readonly VerifierKey[];
  /** Checkpoints that somebody kept. */
  readonly kept: readonly Checkpoint[];
}

/** The newest checkpoint of an organization that a trusted witness cosigned. */
interface Cosigned {
  readonly text: string;
  readonly size: number;
  readonly witness: VerifierKey;
  readonly signature: Uint8Array;
}

/** Compares the log with checkpoints that were kept elsewhere, and looks for the cosignatures of trusted witnesses. */
export class Trust {
  readonly notes: string[] = [];
  private readonly trusted: Trusted;
  private readonly logId: string;
  private readonly report: (finding: Finding) => void;
  private readonly cosigned = new Map<string, Cosigned>();
  private readonly matched = new Set<Checkpoint>();
  /** Names in cosignatures for which nobody gave a key. */
  private readonly strangers = new Set<string>();
  private readonly entries = new Map<string, number>();
  private readonly restores: (organization: string) => readonly Restore[];

  /** @param restores of an organization, newest first. Checkpoints of the logs before them can have been kept, too. */
  constructor(
    trusted: Trusted,
    logId: string,
    report: (finding: Finding) => void,
    restores: (organization: string) => readonly Restore[],
  ) {
    this.trusted = trusted;
    this.restores = restores;
    this.logId = logId;
    this.report = report;
  }

  /** To be called at each size of an organization. @param root is computed only where somebody kept a checkpoint of this size. */
  compare(organization: string, size: number, root: () => Uint8Array): void {
    if (this.trusted.kept.length + this.trusted.witnesses.length === 0) return;
    this.entries.set(organization, size);
    for (const kept of this.trusted.kept) {
      if (kept.size !== size || organizationOf(kept) !== organization) continue;
      const restore = this.restoreSince(kept);
      if (restore === undefined && kept.origin !== this.origin(organization)) continue;
      if (restore !== undefined && kept.size > restore.size) continue;
      this.matched.add(kept);
      if (Buffer.from(root()).equals(kept.root)) {
        if (restore !== undefined) this.notes.push(sameSince(kept, this.origin(organization), restore));
        continue;
      }
      this.differs(
        `The first ${size} entries of ${organization} are not those of the checkpoint you kept.`,
        organization,
      );
    }
  }

  /** The signatures of a checkpoint whose root is the log's. */
  signed(organization: string, checkpoint: Omit<Checkpoint, "origin">, signatures: readonly KeptSignature[]): void {
    for (const { name, signature } of signatures) {
      const witness = this.trusted.witnesses.find(
        (one) => one.name === name && signature.subarray(0, KEY_ID_BYTES).every((byte, at) => byte === one.keyId[at]),
      );
      if (witness === undefined) {
        if (name !== null) this.strangers.add(name);
        continue;
      }
      const text = formatCheckpoint({ ...checkpoint, origin: this.origin(organization) });
      const { size } = checkpoint;
      this.cosigned.set(organization, { text, size, witness, signature: signature.subarray(KEY_ID_BYTES) });
    }
  }

  /** To be called after the last entry. @returns the least that holds for every organization. */
  async finish(): Promise<Grade> {
    const { kept, witnesses } = this.trusted;
    for (const one of kept) if (!this.matched.has(one)) this.notReached(one);
    for (const name of this.strangers)
      this.notes.push(`${name} has cosigned this log. To check that, give its key with --witness.`);
    const uncovered = witnesses.length === 0 ? [] : await this.uncovered();
    if (uncovered.length > 0) this.notes.push(uncoveredNote(uncovered));
    const isKept = (organization: string) =>
      kept.some((one) => this.matched.has(one) && organizationOf(one) === organization);
    const organizations = [...this.entries.keys()];
    if (organizations.length === 0) return "signed";
    if (organizations.every(isKept)) return "kept";
    const isWitnessed = (organization: string) => this.cosigned.has(organization) || isKept(organization);
    return organizations.every(isWitnessed) ? "witnessed" : "signed";
  }

  /** Organizations with entries that no trusted witness has seen. */
  private async uncovered(): Promise<{ organization: string; from: number; to: number }[]> {
    const uncovered: { organization: string; from: number; to: number }[] = [];
    for (const [organization, to] of this.entries) {
      const cosigned = this.cosigned.get(organization);
      if (cosigned !== undefined) {
        const { text, signature, witness, size } = cosigned;
        if ((await verifyCosignature(text, signature, witness, verifyEd25519)) === undefined) {
          this.cosigned.delete(organization);
          const message = `The cosignature of ${witness.name} under the checkpoint over ${size} entries of ${organization} is wrong.`;
          this.report({ part: "checkpoints", kind: "signature_wrong", message, organization, sequence: size });
        }
      }
      const from = this.cosigned.get(organization)?.size ?? 0;
      if (from < to) uncovered.push({ organization, from, to });
    }
    return uncovered;
  }

  private notReached(kept: Checkpoint): void {
    const { origin, size } = kept;
    const organization = organizationOf(kept);
    const held = this.entries.get(organization) ?? 0;
    if (size === 0) return;
    const restore = this.restoreSince(kept);
    const ours = this.origin(organization);
    if (restore !== undefined) {
      const gone = size - Math.min(size, restore.size);
      this.differs(
        `The checkpoint you kept is of ${origin}, with ${size} entries of ${organization}. Since ${restore.name} from a backup, ${ours} continues from the first ${restore.size}: ${gone} are gone. The statement: ${restore.statement}.`,
        organization,
      );
    } else if (origin === ours) {
      this.differs(
        `The checkpoint you kept covers ${size} entries of ${organization}; this log has ${held}: it was rolled back, or entries were removed.`,
        organization,
      );
    } else {
      this.differs(
        `The checkpoint you kept is of another log, ${origin}, with ${size} entries of ${organization}; this log is ${ours}, with ${held}.`,
        organization,
      );
    }
  }

  /** The restore that ended the log of a checkpoint, if there was one. */
  private restoreSince(kept: Checkpoint): Restore | undefined {
    return this.restores(organizationOf(kept)).find(({ earlierOrigin }) => earlierOrigin === kept.origin);
  }

  private differs(message: string, organization: string): void {
    this.report({ part: "checkpoints", kind: "kept_differs", message, organization });
  }

  private origin(organization: string): string {
    return `daybook/${this.logId}/${organization}`;
  }
}

function organizationOf({ origin }: Checkpoint): string {
  return origin.slice(origin.lastIndexOf("/") + 1);
}

function sameSince({ origin, size }: Checkpoint, ours: string, { name, statement }: Restore): string {
  return `The checkpoint you kept is of ${origin}, from before ${name}; this log is ${ours}. Its ${size} entries are the same. The statement: ${statement}.`;
}

const NAMED_MAX = 20;

function uncoveredNote(uncovered: readonly { organization: string; from: number; to: number }[]): string {
  const named = uncovered
    .slice(0, NAMED_MAX)
    .map(({ organization, from, to }) => `${organization} from ${from} to ${to - 1}`);
  const more = uncovered.length > NAMED_MAX ? `, and ${uncovered.length - NAMED_MAX} more organizations` : "";
  return `No witness you named has cosigned these entries: ${named.join(", ")}${more}.`;
}
