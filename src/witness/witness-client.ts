import { verifyCosignature } from "@daybook/sdk/cosignature";
import { hashing } from "@daybook/sdk/merkle";
import { parseNote, parseVerifierKey, toHex, type VerifierKey } from "@daybook/sdk/note";
import { CLOCK, within } from "../clock.ts";
import { sha256, verifyEd25519 } from "../crypto.ts";
import type { SignedCheckpoint, TreeReader } from "../tree/index.ts";
import { formatSubmission } from "./add-checkpoint.ts";

const ANSWER_MS_MAX = 5_000;
const ANSWER_BYTES_MAX = 64 * 1024;
/** How often a witness can name another size before it counts as contradicting itself. */
const TRIES = 3;

export interface WitnessAddress {
  /** Submission prefix: `/add-checkpoint` follows it. */
  readonly url: string;
  readonly vkey: string;
}

/** The tree, as far as gathering needs it. */
export interface WitnessedTree extends TreeReader {
  newestSizes(): { organization: string; size: number }[];
  cosign(organization: string, size: number, signatures: readonly { name: string; signature: Uint8Array }[]): void;
  raiseAlarm(reason: string, where: { organization: string }, end: "restart"): void;
}

/** The witness answers, but does not know this log. */
export class UnknownLog extends Error {
  override readonly name = "UnknownLog";
}

/** One witness, as this server sees it. */
export class WitnessClient {
  readonly witness: WitnessAddress;
  readonly key: VerifierKey;
  /** Organization → leaves of the last checkpoint it has cosigned since this process started. */
  readonly cosignedSizes = new Map<string, number>();
  /** Set while the witness fails. Times are from performance.now. */
  failure:
    | { readonly reason: string; readonly isUnknownLog: boolean; readonly waitMs: number; readonly until: number }
    | undefined;
  private readonly tree: WitnessedTree;

  constructor(witness: WitnessAddress, tree: WitnessedTree) {
    this.witness = witness;
    this.key = hashing(parseVerifierKey(witness.vkey), sha256);
    this.tree = tree;
  }

  /**
   * Asks for the cosignature of a checkpoint, and stores it. @returns how the log contradicts what the witness has seen, if it does. @throws
   * UnknownLog; another error if the witness cannot be reached or its answer is not valid.
   */
  async submit(organization: string, checkpoint: SignedCheckpoint, signal: AbortSignal): Promise<string | undefined> {
    const { size, note } = checkpoint;
    let oldSize = this.cosignedSizes.get(organization) ?? size;
    for (let tries = 0; tries < TRIES; tries++) {
      const proof = oldSize === 0 || oldSize === size ? [] : this.tree.consistencyProof(organization, oldSize, size);
      const { status, body } = await this.post(formatSubmission({ oldSize, proof, note }), signal);
      if (status === 200) return this.keep(organization, checkpoint, body);
      if (status === 422)
        return this.contradiction(organization, `this log's first ${oldSize} entries are not those it has cosigned`);
      if (status === 404) {
        throw new UnknownLog(
          `the witness does not know the log ${this.tree.origin(organization)}: start it with --log and this log's key, or correct its address`,
        );
      }
      const seen = status === 409 && /^(0|[1-9]\d{0,15})\n$/.test(body) ? Number(body) : undefined;
      if (seen === undefined) throw new Error(`the witness answered ${status}: ${body.slice(0, 200).trim()}`);
      if (seen === oldSize) return this.contradiction(organization, `it has cosigned another tree of ${seen} entries`);
      if (seen > size) {
        // Compares with the newest checkpoint: a larger one can have been signed meanwhile.
        if ((this.tree.checkpoint(organization)?.size ?? 0) >= seen) return undefined;
        return this.contradiction(organization, `it has cosigned ${seen} entries, and this log has signed ${size}`);
      }
      oldSize = seen;
    }
    throw new Error("the witness names another size each time");
  }

  private contradiction(organization: string, what: string): string {
    return `The witness ${this.key.name} has seen another log of ${organization}: ${what}. The data directory was rolled back to an older copy, or changed.`;
  }

  private async keep(organization: string, { size, note }: SignedCheckpoint, body: string): Promise<undefined> {
    const { text, signatures: known } = parseNote(note);
    const isOurs = ({ name, keyId }: { name: string; keyId: Uint8Array }) =>
      name === this.key.name && toHex(keyId) === toHex(this.key.keyId);
    const signature = parseNote(`${text}\n${body}`).signatures.find(isOurs);
    if (
      signature === undefined ||
      (await verifyCosignature(text, signature.signature, this.key, verifyEd25519)) === undefined
    ) {
      throw new Error("the witness answered without a valid cosignature of its own");
    }
    if (!known.some(isOurs)) {
      const bytes = Buffer.concat([signature.keyId, signature.signature]);
      this.tree.cosign(organization, size, [{ name: this.key.name, signature: bytes }]);
    }
    this.cosignedSizes.set(organization, size);
    return undefined;
  }

  private async post(body: string, signal: AbortSignal): Promise<{ status: number; body: string }> {
    const headers = { "content-type": "text/plain; charset=utf-8" };
    const init = { method: "POST", body, headers, redirect: "error" } as const;
    const { status, text } = await within(CLOCK, ANSWER_MS_MAX, signal, async (limited) => {
      const response = await fetch(`${this.witness.url}/add-checkpoint`, { ...init, signal: limited });
      return { status: response.status, text: await response.text() };
    });
    if (text.length > ANSWER_BYTES_MAX) throw new Error("the witness's answer is too long");
    return { status, body: text };
  }
}
