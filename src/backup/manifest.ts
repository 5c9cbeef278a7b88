import { hash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { hashing } from "@daybook/sdk/merkle";
import { ED25519, formatNote, keyIdOf, NoteError, type VerifierKey, verifyNote } from "@daybook/sdk/note";
import { z } from "zod";
import { sha256, verifyEd25519 } from "../crypto.ts";
import { replaceFile } from "../durable-file.ts";
import { type SigningKeys, signaturesOf } from "../tree/index.ts";

const MANIFEST = "manifest.json";
const SIGNATURE = "manifest.sig";

const file = z.strictObject({
  /** Below the backup's directory. */
  path: z.string().regex(/^(?:log|checkpoints|keys)\/[A-Za-z0-9][\w.-]*$|^identity\.db$/),
  bytes: z.number().int().min(0),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** Of the file that was copied, where that never changes once it is complete: then the next backup need not copy it. */
  source: z.strictObject({ bytes: z.number(), modified_ms: z.number() }).optional(),
});

const manifest = z.strictObject({
  version: z.literal(1),
  /** RFC 3339. */
  created_at: z.iso.datetime(),
  daybook: z.string(),
  log_id: z.uuid(),
  /** Entries of the log. */
  entries: z.number().int().min(0),
  identity: z.enum(["sqlite", "postgresql"]),
  /** Changes of identity that the log has and the copy of identity does not: they were made while it was copied. */
  identity_behind: z.number().int().min(0),
  files: z.array(file),
});

export type ManifestFile = z.infer<typeof file>;
export type Manifest = z.infer<typeof manifest>;

/** A backup that is not what was written, or not signed by whom it must be. */
export class BackupRefused extends Error {
  override readonly name = "BackupRefused";
}

/**
 * Writes what a backup consists of, signed by the log's keys. The signed text can be no checkpoint's: the second line of one is a number.
 * @throws SigningFailed
 */
export async function writeManifest(
  directory: string,
  content: Manifest,
  keys: SigningKeys,
  now: number,
): Promise<void> {
  const text = `${JSON.stringify(content, undefined, 1)}\n`;
  const signed = signedText(content.log_id, text);
  const signatures = signaturesOf(nameOf(content.log_id), await keys.sign(Buffer.from(signed), now));
  replaceFile(join(directory, SIGNATURE), formatNote(signed, signatures));
  replaceFile(join(directory, MANIFEST), text);
}

/** What a backup says that it consists of, without proof. @throws BackupRefused */
export function readManifest(directory: string): { content: Manifest; text: string } {
  const text = readFileSync(join(directory, MANIFEST), "utf8");
  try {
    return { content: manifest.parse(JSON.parse(text)), text };
  } catch {
    throw new BackupRefused(`${join(directory, MANIFEST)} is damaged, or of a Daybook that writes it differently.`);
  }
}

/** @param publicKeys 32 bytes each; one of them must have signed. @throws BackupRefused */
export async function verifyManifest(directory: string, publicKeys: readonly Uint8Array[]): Promise<Manifest> {
  const { content, text } = readManifest(directory);
  const keys = publicKeys.map((key) => verifierKey(content.log_id, key));
  try {
    const { note } = await verifyNote(readFileSync(join(directory, SIGNATURE), "utf8"), keys, verifyEd25519);
    if (note.text === signedText(content.log_id, text)) return content;
  } catch (error) {
    if (!(error instanceof NoteError)) throw error;
    throw new BackupRefused(`The signature of ${join(directory, MANIFEST)} is not right: ${error.message}`);
  }
  throw new BackupRefused(`${join(directory, MANIFEST)} was changed after it was signed.`);
}

function signedText(logId: string, text: string): string {
  return `daybook/${logId}\nbackup manifest 1\nsha256 ${hash("sha256", text)}\n`;
}

function nameOf(logId: string): string {
  return `daybook/${logId}`;
}

function verifierKey(logId: string, publicKey: Uint8Array): VerifierKey {
  const name = nameOf(logId);
  return { name, keyId: hashing(keyIdOf(name, publicKey), sha256), type: ED25519, publicKey };
}
