import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";
import { DaybookError } from "../errors.ts";

/** NIST SP 800-63B: length decides, no rules of composition. Counted in Unicode code points. */
export const PASSWORD_LENGTH_MIN = 10;
export const PASSWORD_LENGTH_MAX = 128;

/** What a hash costs, as scrypt's N = 2^ln, r and p (RFC 7914). Stored with each hash, so it can be raised later. */
export interface PasswordCost {
  readonly ln: number;
  readonly r: number;
  readonly p: number;
}

/** OWASP's recommendation for scrypt at 32 MiB. */
const COST: PasswordCost = { ln: 15, r: 8, p: 3 };
const KEY_BYTES = 32;

/**
 * scrypt runs in libuv's four threads, which the log's fdatasync uses too: at most two at a time leave it room, and a queue that
 * a flood of sign-ins cannot grow without bound.
 */
const CONCURRENT_MAX = 2;
const WAITING_MAX = 100;

/** Hashes passwords off the event loop, as PHC strings: `$scrypt$ln=15,r=8,p=3$<salt>$<hash>` in unpadded base64. */
export class PasswordHasher {
  readonly #cost: PasswordCost;
  #running = 0;
  readonly #waiting: (() => void)[] = [];
  #decoy: Promise<string> | undefined;

  constructor(cost: PasswordCost = COST) {
    this.#cost = cost;
  }

  /** @throws DaybookError rate_limited when too many are waiting. */
  async hash(password: string): Promise<string> {
    const salt = randomBytes(16);
    const { ln, r, p } = this.#cost;
    const key = await this.#derive(password, salt, { ln, r, p });
    return `$scrypt$ln=${ln},r=${r},p=${p}$${base64(salt)}$${base64(key)}`;
  }

  /** @throws DaybookError rate_limited when too many are waiting. */
  async verify(hash: string, password: string): Promise<boolean> {
    const match = /^\$scrypt\$ln=(\d+),r=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/.exec(hash);
    if (match === null) throw new Error("a stored password hash is not in the format this program writes");
    const [, ln, r, p, salt, expected] = match as unknown as [string, string, string, string, string, string];
    const stored = Buffer.from(expected, "base64");
    const key = await this.#derive(
      password,
      Buffer.from(salt, "base64"),
      { ln: Number(ln), r: Number(r), p: Number(p) },
      stored.length,
    );
    return timingSafeEqual(key, stored);
  }

  /** Does the work of `verify` for a user there is not: whoever measures the answer learns nothing. */
  async verifyNobody(password: string): Promise<void> {
    this.#decoy ??= this.hash(randomBytes(24).toString("base64"));
    await this.verify(await this.#decoy, password);
  }

  async #derive(
    password: string,
    salt: Buffer,
    cost: { ln: number; r: number; p: number },
    bytes = KEY_BYTES,
  ): Promise<Buffer> {
    await this.#acquire();
    try {
      return await scryptAsync(password, salt, cost, bytes);
    } finally {
      this.#release();
    }
  }

  async #acquire(): Promise<void> {
    if (this.#running < CONCURRENT_MAX) {
      this.#running++;
      return;
    }
    if (this.#waiting.length >= WAITING_MAX) {
      throw new DaybookError("rate_limited", "Too many people are signing in at the moment.", { retryAfterSeconds: 5 });
    }
    // Whoever is released hands its place on; `#running` stays the same.
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  #release(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#running--;
    else next();
  }
}

/** NFKC, as NIST asks: the same password typed on another keyboard gives the same bytes. */
function scryptAsync(
  password: string,
  salt: Buffer,
  { ln, r, p }: { ln: number; r: number; p: number },
  bytes: number,
): Promise<Buffer> {
  const N = 2 ** ln;
  return new Promise((resolve, reject) =>
    scrypt(password.normalize("NFKC"), salt, bytes, { N, r, p, maxmem: 256 * N * r }, (error, key) =>
      error === null ? resolve(key) : reject(error),
    ),
  );
}

function base64(bytes: Buffer): string {
  return bytes.toString("base64").replace(/=+$/, "");
}
