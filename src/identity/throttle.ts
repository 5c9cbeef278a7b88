import { createHash } from "node:crypto";
import ipaddr from "ipaddr.js";
import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import { DaybookError } from "../errors.ts";

/** Wrong passwords for one account from one address. Elsewhere its owner can still sign in: nobody can be locked out by others. */
const ACCOUNT = { points: 5, duration: 15 * 60 } as const;
/** Attempts of any kind from one address: an office behind one address must still get in. */
const ADDRESS = { points: 50, duration: 10 * 60 } as const;
/**
 * Wrong six-digit codes for one account from anywhere: only who knows its password gets to try, so nobody else can use this up, and
 * a recovery code still gets its owner in.
 */
const DIGITS = { points: 30, duration: 60 * 60 } as const;
/** Of all throttled attempts from one address within this many seconds, one is recorded. */
const FOLD_SECONDS = 10 * 60;

export interface Refusal {
  readonly error: DaybookError;
  /** Whether this one is to be recorded. */
  readonly record: boolean;
}

/**
 * Slows down guessing before anything is hashed, looked up or recorded. Counts are in memory: they start again with the process,
 * and every node counts for itself.
 */
export class SignInThrottle {
  readonly #account = new RateLimiterMemory({ keyPrefix: "account", ...ACCOUNT });
  readonly #address = new RateLimiterMemory({ keyPrefix: "address", ...ADDRESS });
  readonly #digits = new RateLimiterMemory({ keyPrefix: "digits", ...DIGITS });
  readonly #fold = new RateLimiterMemory({ keyPrefix: "fold", points: 1, duration: FOLD_SECONDS });

  /**
   * Counts an attempt, whether it will succeed or not, so that attempts at the same time count too.
   * @param email undefined for attempts that name no account (one-time links).
   * @returns undefined when it may go on.
   */
  async attempt(ip: string | undefined, email?: string): Promise<Refusal | undefined> {
    const network = networkOf(ip);
    const waits = [await consume(this.#address, network)];
    if (email !== undefined) waits.push(await consume(this.#account, accountKey(network, email)));
    return this.#refusal(network, Math.max(...waits));
  }

  /** Counts an attempt at an account's six digits. @returns undefined when it may go on. */
  async attemptDigits(ip: string | undefined, userId: string): Promise<Refusal | undefined> {
    return this.#refusal(networkOf(ip), await consume(this.#digits, userId));
  }

  /** Takes back one count, and no more: others may be guessing meanwhile. */
  async digitsSucceeded(userId: string): Promise<void> {
    await this.#digits.reward(userId, 1);
  }

  /** A successful sign-in takes back what it counted: it was no guess. */
  async succeeded(ip: string | undefined, email?: string): Promise<void> {
    const network = networkOf(ip);
    await this.#address.reward(network, 1);
    if (email !== undefined) await this.#account.delete(accountKey(network, email));
  }

  async #refusal(network: string, waitMs: number): Promise<Refusal | undefined> {
    if (waitMs === 0) return undefined;
    const error = new DaybookError("rate_limited", "Too many attempts to sign in. Wait a while, then try again.", {
      retryAfterSeconds: Math.ceil(waitMs / 1000),
    });
    return { error, record: (await consume(this.#fold, network)) === 0 };
  }
}

/** @returns milliseconds to wait; 0 when the point was there to take. */
async function consume(limiter: RateLimiterMemory, key: string): Promise<number> {
  try {
    await limiter.consume(key);
    return 0;
  } catch (rejection) {
    if (rejection instanceof RateLimiterRes) return Math.max(1, rejection.msBeforeNext);
    throw rejection;
  }
}

/** An IPv4 address, or the /64 that one IPv6 customer is given. */
function networkOf(ip: string | undefined): string {
  if (ip === undefined || !ipaddr.isValid(ip)) return "unknown";
  const address = ipaddr.process(ip);
  if (address.kind() === "ipv4") return address.toString();
  return `${(address as ipaddr.IPv6).parts.slice(0, 4).join(":")}/64`;
}

/** Hashed: what people type into the e-mail field is not kept in memory as it is, nor as long. */
function accountKey(network: string, email: string): string {
  return `${network} ${createHash("sha256").update(email.normalize("NFC").toLowerCase()).digest("base64")}`;
}
