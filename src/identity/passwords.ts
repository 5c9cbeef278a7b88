import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";
import { type Asker, HashQueue, knownAsker } from "./hash-queue.ts";

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
const SALT_BYTES = 16;
const KEY_BYTES = 32;

/** Hashes passwords off the event loop, as PHC strings: `$scrypt$ln=15,r=8,p=3$<salt>$<hash>` in unpadded base64. */
export class PasswordHasher {
  private readonly cost: PasswordCost;
  private readonly queue = new HashQueue();
  /** The hash of no password that anybody knows. */
  private readonly decoy: string;

  constructor(cost: PasswordCost = COST) {
    this.cost = cost;
    this.decoy = phc(cost, randomBytes(SALT_BYTES), randomBytes(KEY_BYTES));
  }

  /** @param account whose new password it is. @throws DaybookError rate_limited when too many are waiting. */
  async hash(password: string, account: string): Promise<string> {
    const salt = randomBytes(SALT_BYTES);
    const work = () => scryptAsync(password, salt, this.cost, KEY_BYTES);
    return phc(this.cost, salt, await this.queue.run(knownAsker(account), work));
  }

  /** @throws DaybookError rate_limited when too many are waiting. */
  async verify(hash: string, password: string, asker: Asker): Promise<boolean> {
    const match = /^\$scrypt\$ln=(\d+),r=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/.exec(hash);
    if (match === null) throw new Error("a stored password hash is not in the format this program writes");
    const [, ln, r, p, salt, expected] = match as unknown as [string, string, string, string, string, string];
    const stored = Buffer.from(expected, "base64");
    const cost = { ln: Number(ln), r: Number(r), p: Number(p) };
    const work = () => scryptAsync(password, Buffer.from(salt, "base64"), cost, stored.length);
    const key = await this.queue.run(asker, work);
    return timingSafeEqual(key, stored);
  }

  /** Does the work of `verify` for a user there is not: whoever measures the answer learns nothing. */
  async verifyNobody(password: string, asker: Asker): Promise<void> {
    await this.verify(this.decoy, password, asker);
  }
}

/** NFKC, as NIST asks: the same password typed on another keyboard gives the same bytes. */
function scryptAsync(password: string, salt: Buffer, { ln, r, p }: PasswordCost, bytes: number): Promise<Buffer> {
  const N = 2 ** ln;
  return new Promise((resolve, reject) =>
    scrypt(password.normalize("NFKC"), salt, bytes, { N, r, p, maxmem: 256 * N * r }, (error, key) =>
      error === null ? resolve(key) : reject(error),
    ),
  );
}

function phc({ ln, r, p }: PasswordCost, salt: Buffer, key: Buffer): string {
  return `$scrypt$ln=${ln},r=${r},p=${p}$${base64(salt)}$${base64(key)}`;
}

function base64(bytes: Buffer): string {
  return bytes.toString("base64").replace(/=+$/, "");
}
