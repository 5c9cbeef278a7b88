import { createPrivateKey, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { dirname, join } from "node:path";
import { z } from "zod";
import { makeDataDirectory, readIfThere, replaceFile } from "../durable-file.ts";
import type { LogReader } from "../log/index.ts";
import type { SigningCommand } from "./signing-command.ts";

const DAY_MS = 86_400_000;

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
      /** PKCS #8 in PEM; null once the key signs nothing more, and of a key that signs by a command. */
      private_key: z.string().nullable(),
      by_command: z.literal(true).optional(),
      created_at: z.number(),
      signs_until: z.number().nullable(),
    }),
  ),
});

/** One Ed25519 key pair. Times are milliseconds since the Unix epoch. */
export interface SigningKey {
  /** 32 bytes. */
  readonly publicKey: Uint8Array;
  /** Undefined once it signs nothing more, and where it is outside. */
  readonly privateKey: KeyObject | undefined;
  /** The key is outside, and signs by a command. */
  readonly byCommand: boolean;
  readonly createdAt: number;
  /** Undefined for the newest key. */
  readonly signsUntil: number | undefined;
}

/** What a key says of a message. */
export interface MadeSignature {
  readonly publicKey: Uint8Array;
  /** Ed25519 (RFC 8032), 64 bytes. */
  readonly signature: Uint8Array;
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
  private readonly command: SigningCommand | undefined;
  /** Whether there was no key and one was made. */
  readonly made: boolean;

  private constructor(path: string, { keys, signedLogs }: Kept, command: SigningCommand | undefined, made: boolean) {
    this.path = path;
    this.command = command;
    this.keys = keys;
    this.signedLogs = signedLogs;
    this.made = made;
  }

  /** Reads the keys; makes the first one where there is none. @throws when the file cannot be read or is none of ours. */
  static open(directory: string, now: number, command?: SigningCommand): SigningKeys {
    return SigningKeys.openFile(join(directory, "signing.json"), now, command);
  }

  /** As `open`, of a file with a name of its own. */
  static openFile(path: string, now: number, command?: SigningCommand): SigningKeys {
    return SigningKeys.openOrMake(path, now, [], command);
  }

  /**
   * As `openFile`, to sign a log. Its keys are there before its first entry: if it has entries under its id and no keys, those were lost, and a new
   * key counts as one that has signed it. So removing the keys along with the checkpoints hides nothing.
   */
  static openToSign(
    { id, end, earlier }: Pick<LogReader, "id" | "end" | "earlier">,
    path: string,
    now: number,
    command?: SigningCommand,
  ): SigningKeys {
    const begun = end > (earlier.at(-1)?.entries ?? 0);
    return SigningKeys.openOrMake(path, now, begun ? [id] : [], command);
  }

  /** @param signedLogs what a key that is made here counts as having signed. */
  private static openOrMake(
    path: string,
    now: number,
    signedLogs: readonly string[],
    command: SigningCommand | undefined,
  ): SigningKeys {
    const kept = readKeys(path);
    if (kept !== undefined) return new SigningKeys(path, kept, command, false);
    makeDataDirectory(dirname(path));
    const first = { keys: [command === undefined ? newKey(now) : keyOf(command, now)], signedLogs };
    writeKeys(path, first);
    return new SigningKeys(path, first, command, true);
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
    return this.keys.filter(
      ({ privateKey, byCommand, signsUntil = now + 1 }) => (privateKey !== undefined || byCommand) && signsUntil > now,
    );
  }

  /** Whether a key that signs at `now` is outside: a signature then takes its time, and can fail. */
  isOutside(now: number): boolean {
    return this.signing(now).some(({ byCommand }) => byCommand);
  }

  /** @throws Error when a key that signs at `now` is outside and nothing says by which command. */
  requireCommand(now: number): void {
    for (const key of this.signing(now)) if (key.byCommand) this.commandOf(key);
  }

  /** By every key that signs at `now`. @throws SigningFailed */
  async sign(message: Uint8Array, now: number): Promise<MadeSignature[]> {
    return Promise.all(
      this.signing(now).map(async (key) => {
        const { publicKey, byCommand } = key;
        const signature = byCommand ? await this.commandOf(key).sign(message) : signHere(key, message);
        return { publicKey, signature };
      }),
    );
  }

  /** As `sign`, at once; where no key is outside. */
  signNow(message: Uint8Array, now: number): MadeSignature[] {
    return this.signing(now).map((key) => ({ publicKey: key.publicKey, signature: signHere(key, message) }));
  }

  /** Whether the newest key in a file is the command's. False where there is no file. */
  static knows(path: string, command: SigningCommand): boolean {
    return isNewest(readKeys(path)?.keys ?? [], command);
  }

  /**
   * Makes the command's key the newest one, if it is not. Those so far go on signing for `OVERLAP_DAYS`, as after a rotation; one that was outside
   * stops, for its command is another one.
   * @returns whether it was not the newest one.
   */
  adoptCommand(now: number): boolean {
    const { command } = this;
    if (command === undefined || isNewest(this.keys, command)) return false;
    this.prepend(keyOf(command, now), now, OVERLAP_DAYS * DAY_MS);
    return true;
  }

  /**
   * Makes a new key. Those so far go on signing for `overlapMs` at most: with 0 the new one alone signs, whatever a rotation before said. Of
   * those whose time is over only the public key stays. Where the key is outside, none is made: the earlier keys alone change.
   */
  rotate(now: number, overlapMs: number): void {
    const isOutside = this.command !== undefined && isNewest(this.keys, this.command);
    if (!isOutside) this.prepend(newKey(now), now, overlapMs);
    else this.keep([...this.keys.slice(0, 1), ...ending(this.keys.slice(1), now, overlapMs)]);
  }

  private prepend(key: SigningKey, now: number, overlapMs: number): void {
    // A key that moved out of this file, or back, is the same key still.
    const others = this.keys.filter(({ publicKey }) => !Buffer.from(key.publicKey).equals(publicKey));
    this.keep([key, ...others.flatMap((one) => ending([one], now, one.byCommand ? 0 : overlapMs))]);
  }

  private keep(keys: readonly SigningKey[]): void {
    writeKeys(this.path, { keys, signedLogs: this.signedLogs });
    this.keys = keys;
  }

  private commandOf({ publicKey }: SigningKey): SigningCommand {
    const { command } = this;
    if (command !== undefined && Buffer.from(publicKey).equals(command.publicKey)) return command;
    const key = Buffer.from(publicKey).toString("base64");
    throw new Error(
      `The signing key ${key} is outside of Daybook: give --signing-command and --signing-public-key. If it is lost, stop the server and run \`daybook signing-key rotate\`.`,
    );
  }
}

/** Keys that sign for `overlapMs` more at most. */
function ending(keys: readonly SigningKey[], now: number, overlapMs: number): SigningKey[] {
  return keys.map((key) => {
    const signsUntil = Math.min(key.signsUntil ?? Number.POSITIVE_INFINITY, now + overlapMs);
    return { ...key, signsUntil, privateKey: signsUntil > now ? key.privateKey : undefined };
  });
}

function signHere({ privateKey }: SigningKey, message: Uint8Array): Buffer {
  if (privateKey === undefined) throw new Error("a key that signs here has its private part");
  return sign(null, message, privateKey);
}

function isNewest([newest]: readonly SigningKey[], { publicKey }: SigningCommand): boolean {
  return newest?.byCommand === true && Buffer.from(publicKey).equals(newest.publicKey);
}

function keyOf({ publicKey }: SigningCommand, now: number): SigningKey {
  return { publicKey, privateKey: undefined, byCommand: true, createdAt: now, signsUntil: undefined };
}

function newKey(now: number): SigningKey {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const raw = publicKey.export({ format: "der", type: "spki" }).subarray(SPKI_PREFIX_BYTES);
  return { publicKey: raw, privateKey, byCommand: false, createdAt: now, signsUntil: undefined };
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
      byCommand: key.by_command === true,
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
    keys: keys.map(({ publicKey, privateKey, byCommand, createdAt, signsUntil }) => ({
      public_key: Buffer.from(publicKey).toString("base64"),
      private_key: privateKey?.export({ format: "pem", type: "pkcs8" }).toString() ?? null,
      ...(byCommand && { by_command: true as const }),
      created_at: createdAt,
      signs_until: signsUntil ?? null,
    })),
  };
  replaceFile(path, `${JSON.stringify(content, undefined, 2)}\n`);
}
