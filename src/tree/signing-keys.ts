import { createPrivateKey, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { dirname, join } from "node:path";
import { z } from "zod";
import { makeDataDirectory, readIfThere, replaceFile } from "../durable-file.ts";
import type { LogReader } from "../log/index.ts";

/** How long the old key goes on signing beside a new one, by default. */
export const OVERLAP_DAYS = 30;

/** Bytes of an Ed25519 SubjectPublicKeyInfo before the key itself (RFC 8410). */
const SPKI_PREFIX_BYTES = 12;

const keyFile = z.strictObject({
  version: z.literal(1),
  /** Ids of the logs that these keys have signed checkpoints of. */
  signed_logs: z.array(z.string()).default([]),
  keys: z.array(
    z.strictObject({
      public_key: z.string(),
      /** PKCS #8 in PEM; null once the key signs nothing more. */
      private_key: z.string().nullable(),
      created_at: z.number(),
      signs_until: z.number().nullable(),
    }),
  ),
});

/** One Ed25519 key pair. Times are milliseconds since the Unix epoch. */
export interface SigningKey {
  /** 32 bytes. */
  readonly publicKey: Uint8Array;
  /** Undefined once it signs nothing more. */
  readonly privateKey: KeyObject | undefined;
  readonly createdAt: number;
  /** Undefined for the newest key. */
  readonly signsUntil: number | undefined;
}

/** What the file holds. */
interface Kept {
  readonly keys: readonly SigningKey[];
  readonly signedLogs: readonly string[];
}

/**
 * The log's signing keys: `keys/signing.json`, which only its owner can read. Owns the file; each change replaces it as a whole,
 * durably, before it takes effect.
 */
export class SigningKeys {
  private readonly path: string;
  private keys: readonly SigningKey[];
  private signedLogs: readonly string[];
  /** Whether there was no key and one was made. */
  readonly made: boolean;

  private constructor(path: string, { keys, signedLogs }: Kept, made: boolean) {
    this.path = path;
    this.keys = keys;
    this.signedLogs = signedLogs;
    this.made = made;
  }

  /** Reads the keys; makes the first one where there is none. @throws when the file cannot be read or is none of ours. */
  static open(directory: string, now: number): SigningKeys {
    return SigningKeys.openFile(join(directory, "signing.json"), now);
  }

  /** As `open`, of a file with a name of its own. */
  static openFile(path: string, now: number): SigningKeys {
    return SigningKeys.openOrMake(path, now, []);
  }

  /**
   * As `openFile`, to sign a log. Its keys are there before its first entry: if it has entries under its id and no keys, those were lost, and a new
   * key counts as one that has signed it. So removing the keys along with the checkpoints hides nothing.
   */
  static openToSign(
    { id, end, earlier }: Pick<LogReader, "id" | "end" | "earlier">,
    path: string,
    now: number,
  ): SigningKeys {
    const begun = end > (earlier.at(-1)?.entries ?? 0);
    return SigningKeys.openOrMake(path, now, begun ? [id] : []);
  }

  /** @param signedLogs what a key that is made here counts as having signed. */
  private static openOrMake(path: string, now: number, signedLogs: readonly string[]): SigningKeys {
    const kept = readKeys(path);
    if (kept !== undefined) return new SigningKeys(path, kept, false);
    makeDataDirectory(dirname(path));
    const first = { keys: [newKey(now)], signedLogs };
    writeKeys(path, first);
    return new SigningKeys(path, first, true);
  }

  /**
   * Whether checkpoints of this log were signed: then they can be in a stranger's hands, and a log without them has lost them. It is kept beside the
   * keys, so that nobody can take the mark away who could not sign as well.
   */
  hasSigned(logId: string): boolean {
    return this.signedLogs.includes(logId);
  }

  /** The first checkpoint of a log was signed and kept. Durable when it returns. */
  began(logId: string): void {
    const signedLogs = [...this.signedLogs, logId];
    writeKeys(this.path, { keys: this.keys, signedLogs });
    this.signedLogs = signedLogs;
  }

  /** All there ever were, newest first. */
  all(): readonly SigningKey[] {
    return this.keys;
  }

  /** Those that sign at `now`, newest first. */
  signing(now: number): SigningKey[] {
    return this.keys.filter(({ privateKey, signsUntil = now + 1 }) => privateKey !== undefined && signsUntil > now);
  }

  /**
   * Makes a new key. Those so far go on signing for `overlapMs` at most: with 0 the new one alone signs, whatever a rotation before said. Of
   * those whose time is over only the public key stays.
   */
  rotate(now: number, overlapMs: number): void {
    const older = this.keys.map((key): SigningKey => {
      const signsUntil = Math.min(key.signsUntil ?? Number.POSITIVE_INFINITY, now + overlapMs);
      return { ...key, signsUntil, privateKey: signsUntil > now ? key.privateKey : undefined };
    });
    const keys = [newKey(now), ...older];
    writeKeys(this.path, { keys, signedLogs: this.signedLogs });
    this.keys = keys;
  }
}

/** Ed25519 (RFC 8032), 64 bytes. */
export function signWith(key: KeyObject, message: Uint8Array): Buffer {
  return sign(null, message, key);
}

function newKey(now: number): SigningKey {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const raw = publicKey.export({ format: "der", type: "spki" }).subarray(SPKI_PREFIX_BYTES);
  return { publicKey: raw, privateKey, createdAt: now, signsUntil: undefined };
}

/** @returns undefined when there is no file. */
function readKeys(path: string): Kept | undefined {
  const text = readIfThere(path);
  if (text === undefined) return undefined;
  try {
    const content = keyFile.parse(JSON.parse(text));
    const keys = content.keys.map((key) => ({
      publicKey: Buffer.from(key.public_key, "base64"),
      privateKey: key.private_key === null ? undefined : createPrivateKey(key.private_key),
      createdAt: key.created_at,
      signsUntil: key.signs_until ?? undefined,
    }));
    return { keys, signedLogs: content.signed_logs };
  } catch {
    // The cause may quote what is in the file.
    throw new Error(`${path} cannot be read as signing keys. Restore it from the backup.`);
  }
}

function writeKeys(path: string, { keys, signedLogs }: Kept): void {
  const content: z.infer<typeof keyFile> = {
    version: 1,
    signed_logs: [...signedLogs],
    keys: keys.map(({ publicKey, privateKey, createdAt, signsUntil }) => ({
      public_key: Buffer.from(publicKey).toString("base64"),
      private_key: privateKey?.export({ format: "pem", type: "pkcs8" }).toString() ?? null,
      created_at: createdAt,
      signs_until: signsUntil ?? null,
    })),
  };
  replaceFile(path, `${JSON.stringify(content, undefined, 2)}\n`);
}
