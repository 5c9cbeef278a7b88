import { cosignatureBytes, cosignedMessage } from "@daybook/sdk/cosignature";
import { hashing, verifyConsistency } from "@daybook/sdk/merkle";
import {
  type Checkpoint,
  ED25519,
  formatNote,
  fromBase64,
  keyIdOf,
  NoteError,
  parseCheckpoint,
  parseNote,
  toBase64,
  type VerifierKey,
  verifyNote,
} from "@daybook/sdk/note";
import { sha256, verifyEd25519 } from "../crypto.ts";
import type { WitnessKey } from "./witness-key.ts";
import type { WitnessStore } from "./witness-store.ts";

/** The one call of a witness (C2SP tlog-witness): its request and its answers. */

/** The specification's limit. */
const PROOF_LINES_MAX = 63;
export const SIZE_TYPE = "text/x.tlog.size";

export interface Submission {
  /** Leaves of the last checkpoint that the witness has cosigned, as the sender believes; 0 for none. */
  readonly oldSize: number;
  /** PROOF(old size, D[size]); empty when the old size is 0 or the same. */
  readonly proof: readonly Uint8Array[];
  /** A signed checkpoint. */
  readonly note: string;
}

export function formatSubmission({ oldSize, proof, note }: Submission): string {
  return `old ${oldSize}\n${proof.map((hash) => `${toBase64(hash)}\n`).join("")}\n${note}`;
}

/** @returns undefined when it is malformed. */
export function parseSubmission(body: string): Submission | undefined {
  const split = body.indexOf("\n\n");
  const [first = "", ...lines] = body.slice(0, Math.max(0, split)).split("\n");
  const [, old = ""] = /^old (0|[1-9]\d{0,15})$/.exec(first) ?? [];
  const proof = lines.map(fromBase64);
  const isProof = proof.every((hash): hash is Uint8Array => hash?.length === 32);
  if (old === "" || !Number.isSafeInteger(Number(old)) || !isProof || proof.length > PROOF_LINES_MAX) return undefined;
  return { oldSize: Number(old), proof, note: body.slice(split + 2) };
}

/** A log that is witnessed: one key for all origins that are the prefix and an organization's id. */
export interface WitnessedLog {
  readonly prefix: string;
  readonly publicKey: Uint8Array;
}

/**
 * The log that an organization's verifier key belongs to, with all its organizations. All origins of a log have the same text before the last `/`,
 * so that the key of one organization is enough for ten thousand.
 */
export function witnessedLog({ name, publicKey, type }: VerifierKey): WitnessedLog {
  const end = name.lastIndexOf("/") + 1;
  if (type !== ED25519 || end === 0) throw new NoteError(`${name} is not the key of an organization's log.`);
  return { prefix: name.slice(0, end), publicKey };
}

export interface Answer {
  readonly status: 200 | 400 | 403 | 404 | 409 | 422;
  readonly type?: string;
  readonly body: string;
}

export class Witness {
  private readonly key: WitnessKey;
  private readonly store: WitnessStore;
  private readonly logs: readonly WitnessedLog[];
  private readonly now: () => number;

  /** @param now milliseconds since the Unix epoch. */
  constructor(key: WitnessKey, store: WitnessStore, logs: readonly WitnessedLog[], now: () => number = Date.now) {
    this.key = key;
    this.store = store;
    this.logs = logs;
    this.now = now;
  }

  /** Cosigns a checkpoint once it is durable that it was seen; refuses one that contradicts what was seen before. */
  async addCheckpoint(body: string): Promise<Answer> {
    const submission = parseSubmission(body);
    const read = submission && readCheckpoint(submission.note);
    if (!submission || !read) return { status: 400, body: "This is not a valid add-checkpoint request.\n" };
    const { checkpoint, text } = read;
    const logs = this.logs.filter(({ prefix }) => isOriginOf(prefix, checkpoint.origin));
    if (logs.length === 0) return { status: 404, body: "This log is not witnessed here.\n" };
    if (!(await isSigned(submission.note, checkpoint.origin, logs))) {
      return { status: 403, body: "No known key of this log has signed the checkpoint.\n" };
    }
    if (submission.oldSize > checkpoint.size)
      return { status: 400, body: "The old size is larger than the new one.\n" };
    // From here on nothing else runs until it is stored, so that two requests for one log cannot overtake each other.
    const refusal = this.refusal(submission, checkpoint);
    if (refusal) return refusal;
    this.store.put(checkpoint, submission.note);
    return { status: 200, body: this.cosign(text) };
  }

  private refusal({ oldSize, proof }: Submission, checkpoint: Checkpoint): Answer | undefined {
    const { origin, size, root } = checkpoint;
    const seen = this.store.latest(origin);
    if (oldSize !== (seen?.size ?? 0)) return conflict(seen?.size ?? 0);
    if (seen === undefined || seen.size === 0) {
      return proof.length === 0 ? undefined : { status: 422, body: "A first checkpoint has no consistency proof.\n" };
    }
    if (size === seen.size && !Buffer.from(root).equals(seen.root)) return conflict(seen.size);
    if (hashing(verifyConsistency(seen.size, size, seen.root, root, proof), sha256)) return undefined;
    return { status: 422, body: "The checkpoint is not consistent with what was cosigned before.\n" };
  }

  private cosign(text: string): string {
    const time = Math.floor(this.now() / 1000);
    const signature = cosignatureBytes(time, this.key.sign(cosignedMessage(time, text)));
    const { name, keyId } = this.key.verifierKey;
    return formatNote("", [{ name, keyId, signature }]).trimStart();
  }
}

function conflict(size: number): Answer {
  return { status: 409, type: SIZE_TYPE, body: `${size}\n` };
}

function readCheckpoint(note: string): { checkpoint: Checkpoint; text: string } | undefined {
  try {
    const { text } = parseNote(note);
    return { checkpoint: parseCheckpoint(text), text };
  } catch (error) {
    if (error instanceof NoteError) return undefined;
    throw error;
  }
}

function isOriginOf(prefix: string, origin: string): boolean {
  return origin.startsWith(prefix) && /^[A-Za-z0-9._-]{1,128}$/.test(origin.slice(prefix.length));
}

/** Signatures by unknown keys are ignored. A wrong signature by a known key is refused. */
async function isSigned(note: string, origin: string, logs: readonly WitnessedLog[]): Promise<boolean> {
  for (const { publicKey } of logs) {
    const key = { name: origin, keyId: hashing(keyIdOf(origin, publicKey), sha256), type: ED25519, publicKey };
    try {
      await verifyNote(note, [key], verifyEd25519);
      return true;
    } catch (error) {
      if (!(error instanceof NoteError)) throw error;
    }
  }
  return false;
}
