import { spawn } from "node:child_process";
import { createPublicKey } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { verifyEd25519 } from "../crypto.ts";

const PUBLIC_KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;
/** How long one signature can take: a key in a device answers within a second, a key in a cloud within some. */
const ANSWER_MS = 10_000;
/** Commands that run at once. */
const ABREAST = 4;
const OUTPUT_BYTES_MAX = 4_096;
/** What is signed to see whether the command works. No checkpoint's text: the second line of one is a number. */
const PROBE = Buffer.from("daybook signing command\nis this the key?\n");

/** The signing command did not give a signature that its public key proves. */
export class SigningFailed extends Error {
  override readonly name = "SigningFailed";
}

/**
 * A key that signs outside of this process: in a device, in a cloud, or in the hands of another account. The command gets what is to be signed at its
 * standard input, and writes the Ed25519 signature to its standard output, as 64 bytes or in base64. It is started for each signature. No signature is
 * used before the public key has proved it.
 */
export class SigningCommand {
  /** 32 bytes. */
  readonly publicKey: Uint8Array;
  private readonly command: string;
  private readonly answerMs: number;
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  /** @param publicKey a file (PEM, DER or base64), or base64 itself. @throws Error when it is no Ed25519 key. */
  constructor(command: string, publicKey: string, answerMs = ANSWER_MS) {
    this.command = command;
    this.publicKey = publicKeyFrom(publicKey);
    this.answerMs = answerMs;
  }

  /** @throws SigningFailed */
  async sign(message: Uint8Array): Promise<Buffer> {
    if (this.running >= ABREAST) await new Promise<void>((resolve) => this.waiting.push(resolve));
    else this.running++;
    try {
      const signature = signatureIn(await this.run(message));
      if (signature !== undefined && verifyEd25519(this.publicKey, message, signature)) return signature;
      throw new SigningFailed("The signing command wrote no signature that --signing-public-key proves.");
    } finally {
      const next = this.waiting.shift();
      if (next === undefined) this.running--;
      else next();
    }
  }

  /** Signs something that means nothing. @throws SigningFailed */
  async probe(): Promise<void> {
    await this.sign(PROBE);
  }

  private run(message: Uint8Array): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      // In a group of its own, so that what the shell started ends with it.
      const child = spawn(this.command, { shell: true, detached: true, stdio: ["pipe", "pipe", "pipe"] });
      const output: Buffer[] = [];
      let bytes = 0;
      let complaint = "";
      const fail = (what: string) => {
        end(child.pid);
        reject(new SigningFailed(`The signing command ${what}.${complaint === "" ? "" : ` It says: ${complaint}`}`));
      };
      const late = setTimeout(() => fail(`took longer than ${this.answerMs / 1000} seconds`), this.answerMs);
      child.stdout.on("data", (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > OUTPUT_BYTES_MAX) fail("wrote more than a signature");
        else output.push(chunk);
      });
      child.stderr.on("data", (chunk: Buffer) => {
        if (complaint.length < OUTPUT_BYTES_MAX) complaint = oneLine(complaint + chunk.toString());
      });
      // A command that ends without having read everything says so by its exit code, or by a wrong signature.
      child.stdin.on("error", () => undefined).end(message);
      child.on("error", (error) => fail(`cannot be started: ${error.message}`));
      child.on("close", (code, signal) => {
        clearTimeout(late);
        if (code === 0) resolve(Buffer.concat(output));
        else fail(`ended with ${signal ?? code}`);
      });
    });
  }
}

/** @returns undefined where no key is outside. @throws Error when only one of the two is given. */
export function signingCommandOf(options: {
  readonly signingCommand: string | undefined;
  readonly signingPublicKey: string | undefined;
}): SigningCommand | undefined {
  const { signingCommand, signingPublicKey } = options;
  if (signingCommand === undefined && signingPublicKey === undefined) return undefined;
  if (signingCommand === undefined || signingPublicKey === undefined)
    throw new Error("Give --signing-command and --signing-public-key together.");
  return new SigningCommand(signingCommand, signingPublicKey);
}

function publicKeyFrom(text: string): Uint8Array {
  const content = existsSync(text) ? readFileSync(text) : Buffer.from(text);
  const raw = rawKey(content) ?? base64Of(content, PUBLIC_KEY_BYTES);
  if (raw === undefined) throw new Error("--signing-public-key must be an Ed25519 public key: a PEM file, or base64.");
  return raw;
}

/** Of a SubjectPublicKeyInfo, in PEM or DER; never of a private key. */
function rawKey(content: Buffer): Uint8Array | undefined {
  const isPem = content.includes("-----BEGIN PUBLIC KEY-----");
  try {
    const key = createPublicKey(isPem ? content.toString() : { key: content, format: "der", type: "spki" });
    if (key.asymmetricKeyType !== "ed25519") return undefined;
    return key.export({ format: "der", type: "spki" }).subarray(-PUBLIC_KEY_BYTES);
  } catch {
    return undefined;
  }
}

function signatureIn(output: Buffer): Buffer | undefined {
  return output.length === SIGNATURE_BYTES ? output : base64Of(output, SIGNATURE_BYTES);
}

function base64Of(text: Buffer, length: number): Buffer | undefined {
  const bytes = Buffer.from(text.toString("latin1").trim(), "base64");
  return bytes.length === length ? bytes : undefined;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").slice(0, OUTPUT_BYTES_MAX).trim();
}

function end(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}
