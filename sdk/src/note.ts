import { isWeakPublicKey } from "./ed25519.ts";
import type { Hashing } from "./hashing.ts";

/**
 * Signed notes (C2SP signed-note), checkpoints (C2SP tlog-checkpoint) and verifier keys. Nothing here decides which keys are
 * trusted: a key must come to the verifier by another way than the note.
 */

/** A note, checkpoint or key that is not of its form. */
export class NoteError extends Error {
  override readonly name = "NoteError";
}

/** Ed25519 over the note's text. */
export const ED25519 = 0x01;
/** Of a witness: Ed25519 over the time and the note's text. */
export const COSIGNATURE_V1 = 0x04;

const KEY_ID_BYTES = 4;
const PUBLIC_KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;
const ROOT_BYTES = 32;
/** Far more than a log and its witnesses make. */
const SIGNATURES_MAX = 64;
const NOTE_BYTES_MAX = 1024 * 1024;

export interface NoteSignature {
  /** Of the key that made it, as it says. */
  readonly name: string;
  /** Four bytes that tell apart keys of one name. */
  readonly keyId: Uint8Array;
  readonly signature: Uint8Array;
}

export interface Note {
  /** What is signed, final newline included. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

/** @throws NoteError */
export function parseNote(note: string): Note {
  if (note.length > NOTE_BYTES_MAX) throw new NoteError("The note is too long.");
  if (/\p{Cs}/u.test(note) || Array.from(note).some((character) => character < " " && character !== "\n")) {
    throw new NoteError("The note holds a control character or is no valid Unicode.");
  }
  const split = note.lastIndexOf("\n\n");
  if (split < 0 || !note.endsWith("\n")) throw new NoteError("The note has no signatures.");
  const lines = note.slice(split + 2, -1).split("\n");
  if (lines.length > SIGNATURES_MAX) throw new NoteError("The note has too many signatures.");
  return { text: note.slice(0, split + 1), signatures: lines.map(parseSignature) };
}

function parseSignature(line: string): NoteSignature {
  const [, name, encoded] = /^\u2014 ([^\s+]+) ([A-Za-z0-9+/=]+)$/u.exec(line) ?? [];
  const bytes = encoded === undefined ? undefined : fromBase64(encoded);
  if (name === undefined || bytes === undefined || bytes.length <= KEY_ID_BYTES) {
    throw new NoteError("A signature line of the note is malformed.");
  }
  return { name, keyId: bytes.slice(0, KEY_ID_BYTES), signature: bytes.slice(KEY_ID_BYTES) };
}

/** @param text ends with a newline. */
export function formatNote(text: string, signatures: readonly NoteSignature[]): string {
  const lines = signatures.map(({ name, keyId, signature }) => {
    return `\u2014 ${name} ${toBase64(new Uint8Array([...keyId, ...signature]))}\n`;
  });
  return `${text}\n${lines.join("")}`;
}

/** A public key with the name it signs under. */
export interface VerifierKey {
  readonly name: string;
  readonly keyId: Uint8Array;
  /** `ED25519`, or another algorithm of the specification. */
  readonly type: number;
  readonly publicKey: Uint8Array;
}

/** First four bytes of SHA-256(name ‖ newline ‖ type ‖ public key). */
export function* keyIdOf(name: string, publicKey: Uint8Array, type: number = ED25519): Hashing<Uint8Array> {
  const encoded = new TextEncoder().encode(`${name}\n`);
  const input = new Uint8Array(encoded.length + 1 + publicKey.length);
  input.set(encoded);
  input[encoded.length] = type;
  input.set(publicKey, encoded.length + 1);
  const hash = yield input;
  return hash.slice(0, KEY_ID_BYTES);
}

/** `<name>+<key id in hex>+<base64 of type and public key>`. */
export function formatVerifierKey({ name, keyId, type, publicKey }: VerifierKey): string {
  return `${name}+${toHex(keyId)}+${toBase64(new Uint8Array([type, ...publicKey]))}`;
}

/** @throws NoteError when it is malformed, its key id is not that of the key, or anybody could make signatures of the key. */
export function* parseVerifierKey(vkey: string): Hashing<VerifierKey> {
  const [, name = "", id = "", encoded = ""] = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/u.exec(vkey) ?? [];
  const [type, ...key] = fromBase64(encoded) ?? [];
  if (type === undefined) throw new NoteError("The verifier key is malformed.");
  const publicKey = new Uint8Array(key);
  if (type === ED25519 || type === COSIGNATURE_V1) {
    if (publicKey.length !== PUBLIC_KEY_BYTES) {
      throw new NoteError("The verifier key does not hold an Ed25519 public key.");
    }
    if (isWeakPublicKey(publicKey)) {
      throw new NoteError("The verifier key proves nothing: anybody could make signatures that it takes.");
    }
  }
  const keyId = yield* keyIdOf(name, publicKey, type);
  if (toHex(keyId) !== id) throw new NoteError("The verifier key's id is not that of its key.");
  return { name, keyId, type, publicKey };
}

/** Ed25519 (RFC 8032) of a signature over a message; must be false, never throw, for a key or signature that is malformed. */
export type VerifyEd25519 = (
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
) => boolean | Promise<boolean>;

/**
 * Checks a note's signatures by the keys that are known; what other keys signed is ignored.
 *
 * @returns the note and those of `keys` whose signature it carries, at least one.
 * @throws NoteError when it is malformed, no known key signed it, or a known key's signature is wrong.
 */
export async function verifyNote(
  note: string,
  keys: readonly VerifierKey[],
  verify: VerifyEd25519,
): Promise<{ note: Note; by: VerifierKey[] }> {
  const parsed = parseNote(note);
  const message = new TextEncoder().encode(parsed.text);
  const by: VerifierKey[] = [];
  for (const key of keys) {
    if (key.type !== ED25519) continue;
    const own = parsed.signatures.filter(({ name, keyId }) => name === key.name && toHex(keyId) === toHex(key.keyId));
    for (const { signature } of own) {
      if (signature.length !== SIGNATURE_BYTES || !(await verify(key.publicKey, message, signature))) {
        throw new NoteError(`The signature of ${key.name} is wrong.`);
      }
    }
    if (own.length > 0) by.push(key);
  }
  if (by.length === 0) throw new NoteError("No key that is trusted has signed this.");
  return { note: parsed, by };
}

/** What a checkpoint says: the tree of this size and root, of this log. */
export interface Checkpoint {
  readonly origin: string;
  readonly size: number;
  /** 32 bytes. */
  readonly root: Uint8Array;
}

/** The text of a checkpoint's note. */
export function formatCheckpoint({ origin, size, root }: Checkpoint): string {
  return `${origin}\n${size}\n${toBase64(root)}\n`;
}

/** @param text of a note, whose signatures are another matter. Extension lines are allowed and left out. @throws NoteError */
export function parseCheckpoint(text: string): Checkpoint {
  const lines = text.split("\n");
  const [origin = "", size = "", encoded = ""] = lines;
  const root = fromBase64(encoded);
  const extensions = lines.slice(3, -1);
  const wellFormed =
    lines.length >= 4 && lines.at(-1) === "" && origin !== "" && extensions.every((line) => line !== "");
  if (!wellFormed || !/^(0|[1-9]\d*)$/.test(size) || root?.length !== ROOT_BYTES) {
    throw new NoteError("This is no checkpoint.");
  }
  if (!Number.isSafeInteger(Number(size))) throw new NoteError("The checkpoint's size is beyond what can be counted.");
  return { origin, size: Number(size), root };
}

export function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function toBase64(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

/** RFC 4648 section 4, padded and canonical; undefined otherwise. */
export function fromBase64(text: string): Uint8Array | undefined {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return undefined;
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  return toBase64(bytes) === text ? bytes : undefined;
}
