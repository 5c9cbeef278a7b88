import { createCipheriv, createDecipheriv, randomBytes, randomUUID } from "node:crypto";
import { linkSync, mkdirSync, unlinkSync } from "node:fs";
import { dirname } from "node:path";
import { readIfThere, replaceFile, syncDirectory } from "../durable-file.ts";

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const VERSION = "v1.";

/**
 * Encrypts the secrets of streams with AES-256-GCM. The key is in a file of its own, so that a copy of the database alone reveals no secret. Each
 * text is bound to its stream, so that nobody who can write to the database can give one stream the secrets of another.
 */
export class SecretBox {
  private readonly key: Uint8Array;

  /** @param key 32 bytes. */
  constructor(key: Uint8Array) {
    this.key = key;
  }

  /** Reads the key, or creates it if there is none. @throws when the file cannot be read or is not such a key. */
  static open(path: string): SecretBox {
    const key = readKey(path) ?? createKey(path);
    return new SecretBox(key);
  }

  /** @param owner the stream's id. */
  encrypt(text: string, owner: string): string {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv("aes-256-gcm", this.key, nonce).setAAD(Buffer.from(owner));
    const sealed = Buffer.concat([nonce, cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()]);
    return VERSION + sealed.toString("base64url");
  }

  /** @throws when it was encrypted with another key or for another stream, or altered. */
  decrypt(sealed: string, owner: string): string {
    const bytes = Buffer.from(sealed.slice(VERSION.length), "base64url");
    try {
      const decipher = createDecipheriv("aes-256-gcm", this.key, bytes.subarray(0, NONCE_BYTES))
        .setAAD(Buffer.from(owner))
        .setAuthTag(bytes.subarray(-TAG_BYTES));
      return decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES), undefined, "utf8") + decipher.final("utf8");
    } catch (cause) {
      const message =
        "The secrets cannot be decrypted. Restore streams.key from the backup, give every node the same file with --streams-key, or enter them again.";
      throw new Error(message, { cause });
    }
  }
}

/** If several nodes start with the same file, one creates it, and all use that one. */
function createKey(path: string): Uint8Array {
  const directory = dirname(path);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  syncDirectory(dirname(directory));
  const own = `${path}.${randomUUID()}.tmp`;
  replaceFile(own, `${randomBytes(KEY_BYTES).toString("base64")}\n`);
  try {
    linkSync(own, path);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  } finally {
    unlinkSync(own);
    syncDirectory(directory);
  }
  return readKey(path) ?? createKey(path);
}

function readKey(path: string): Uint8Array | undefined {
  const text = readIfThere(path);
  if (text === undefined) return undefined;
  const key = Buffer.from(text.trim(), "base64");
  if (key.length !== KEY_BYTES) throw new Error(`${path} is not a key of streams. Restore it from the backup.`);
  return key;
}
