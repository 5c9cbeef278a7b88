import { COSIGNATURE_V1, parseNote, toHex, type VerifierKey, type VerifyEd25519 } from "./note.ts";

/**
 * Cosignatures of witnesses (C2SP tlog-cosignature, Ed25519): a witness says that, at a time, the checkpoint was the largest of its log it
 * had seen, and consistent with all it had seen before.
 */

const TIME_BYTES = 8;
const SIGNATURE_BYTES = 64;
/** The end of the year 9999. */
const TIME_MAX = 253_402_300_799n;

/** What a witness signs. @param time seconds since the Unix epoch. @param text of the checkpoint's note, final newline included. */
export function cosignedMessage(time: number, text: string): Uint8Array {
  return new TextEncoder().encode(`cosignature/v1\ntime ${time}\n${text}`);
}

/** The bytes of a note's signature: the time, then the Ed25519 signature. */
export function cosignatureBytes(time: number, signature: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(TIME_BYTES + SIGNATURE_BYTES);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(time));
  bytes.set(signature, TIME_BYTES);
  return bytes;
}

/**
 * When a witness cosigned a checkpoint, in seconds since the Unix epoch; of several cosignatures the last.
 * @returns undefined when none of its cosignatures is there, or one is wrong.
 * @throws NoteError when the note is malformed.
 */
export async function cosignedAt(
  note: string,
  witness: VerifierKey,
  verify: VerifyEd25519,
): Promise<number | undefined> {
  const { text, signatures } = parseNote(note);
  let latest: number | undefined;
  for (const { name, keyId, signature } of signatures) {
    if (name !== witness.name || toHex(keyId) !== toHex(witness.keyId)) continue;
    const time = await verifyCosignature(text, signature, witness, verify);
    if (time === undefined) return undefined;
    latest = Math.max(latest ?? 0, time);
  }
  return latest;
}

/** @param signature as a note has it, without the key id. @returns its time, or undefined when it is wrong. */
export async function verifyCosignature(
  text: string,
  signature: Uint8Array,
  witness: VerifierKey,
  verify: VerifyEd25519,
): Promise<number | undefined> {
  if (witness.type !== COSIGNATURE_V1 || signature.length !== TIME_BYTES + SIGNATURE_BYTES) return undefined;
  const time = new DataView(signature.buffer, signature.byteOffset).getBigUint64(0);
  if (time > TIME_MAX) return undefined;
  const valid = await verify(witness.publicKey, cosignedMessage(Number(time), text), signature.subarray(TIME_BYTES));
  return valid ? Number(time) : undefined;
}
