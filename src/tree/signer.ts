import { hash } from "node:crypto";
import { hashing, type Sha256 } from "@daybook/sdk/merkle";
import {
  ED25519,
  formatCheckpoint,
  formatNote,
  formatVerifierKey,
  keyIdOf,
  type NoteSignature,
} from "@daybook/sdk/note";
import type { CheckpointStore, KeptCheckpoint, KeptSignature } from "./checkpoint-store.ts";
import type { PublishedKey, SignedCheckpoint } from "./contract.ts";
import type { MadeSignature, SigningKeys } from "./signing-keys.ts";

const sha256: Sha256 = (input) => hash("sha256", input, "buffer");
const KEY_ID_BYTES = 4;

/** First line of an organization's checkpoints, and the name of its key. */
export function checkpointOrigin(logId: string, organization: string): string {
  return `daybook/${logId}/${organization}`;
}

/** Makes signatures over checkpoints, and signed notes of what is kept. It decides nothing: what may be signed is the tree's to know. */
export class Signer {
  private readonly logId: string;
  private readonly keys: SigningKeys;

  constructor(logId: string, keys: SigningKeys) {
    this.logId = logId;
    this.keys = keys;
  }

  origin(organization: string): string {
    return checkpointOrigin(this.logId, organization);
  }

  /** By every key that signs at that time. @throws SigningFailed */
  async sign(checkpoint: KeptCheckpoint, now: number): Promise<KeptSignature[]> {
    const { origin, text } = this.textOf(checkpoint);
    return kept(signaturesOf(origin, await this.keys.sign(Buffer.from(text), now)));
  }

  /** As `sign`, at once; where no key is outside. */
  signNow(checkpoint: KeptCheckpoint, now: number): KeptSignature[] {
    const { origin, text } = this.textOf(checkpoint);
    return kept(signaturesOf(origin, this.keys.signNow(Buffer.from(text), now)));
  }

  /** A note of what this log's keys say, by every key that signs at that time. @throws SigningFailed */
  async noteOf(organization: string, text: string, now: number): Promise<string> {
    return formatNote(text, signaturesOf(this.origin(organization), await this.keys.sign(Buffer.from(text), now)));
  }

  /** Whether the newest key is among those that signed. */
  isCurrent(checkpoint: KeptCheckpoint, signatures: readonly KeptSignature[]): boolean {
    const newest = this.keys.all()[0];
    if (newest === undefined) return true;
    const keyId = Buffer.from(hashing(keyIdOf(this.origin(checkpoint.organization), newest.publicKey), sha256));
    return signatures.some(({ name, signature }) => name === null && keyId.equals(signature.subarray(0, KEY_ID_BYTES)));
  }

  note(checkpoint: KeptCheckpoint, store: CheckpointStore): SignedCheckpoint {
    const { origin, text } = this.textOf(checkpoint);
    const { size, root, signedAt } = checkpoint;
    const signatures = store.signatures(checkpoint).map(({ name, signature }) => ({
      name: name ?? origin,
      keyId: signature.subarray(0, KEY_ID_BYTES),
      signature: signature.subarray(KEY_ID_BYTES),
    }));
    return { origin, size, root, signedAt, note: formatNote(text, signatures) };
  }

  publishedKeys(organization: string): PublishedKey[] {
    const name = this.origin(organization);
    return this.keys.all().map(({ publicKey, createdAt, signsUntil }) => {
      const keyId = hashing(keyIdOf(name, publicKey), sha256);
      return { vkey: formatVerifierKey({ name, keyId, type: ED25519, publicKey }), createdAt, signsUntil };
    });
  }

  private textOf({ organization, size, root }: KeptCheckpoint): { origin: string; text: string } {
    const origin = this.origin(organization);
    return { origin, text: formatCheckpoint({ origin, size, root }) };
  }
}

/** As a signed note has them. @param name of the key. */
export function signaturesOf(name: string, made: readonly MadeSignature[]): NoteSignature[] {
  return made.map(({ publicKey, signature }) => ({
    name,
    keyId: hashing(keyIdOf(name, publicKey), sha256),
    signature,
  }));
}

function kept(signatures: readonly NoteSignature[]): KeptSignature[] {
  return signatures.map(({ keyId, signature }) => ({ name: null, signature: Buffer.concat([keyId, signature]) }));
}
