import ipaddr from "ipaddr.js";
import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import { DaybookError } from "../errors.ts";
import { type Asker, knownAsker } from "./hash-queue.ts";
import { hashSecret } from "./secrets.ts";

/** Wrong passwords for one account from one network. Elsewhere its owner can still sign in: nobody can be locked out by others. */
const ACCOUNT = { points: 5, duration: 15 * 60 } as const;
/** The same from a browser in which its owner has signed in before: those in the same network do not use it up. */
const BROWSER = ACCOUNT;
/** Attempts of any kind from one network: an office behind one address must still get in. */
const NETWORK = { points: 50, duration: 10 * 60 } as const;
/**
 * Wrong six-digit codes for one account from anywhere: only who knows its password gets to try, so nobody else can use this up, and
 * a recovery code still gets its owner in.
 */
const DIGITS = { points: 30, duration: 60 * 60 } as const;
/** Of all throttled attempts from one network within this many seconds, one is recorded. */
const FOLD_SECONDS = 10 * 60;

/** What is tried, and from where. */
export interface Try {
  readonly ip: string | undefined;
  /** Undefined for attempts that name no account (one-time links). */
  readonly email?: string | undefined;
  /** The id of a browser that has proven an earlier sign-in to this account. */
  readonly browser?: string | undefined;
}

/** An attempt that can go on. What it has counted stays counted unless it is taken back. */
export interface Attempt {
  /** Known is whoever comes from a browser in which the account's owner has signed in before. */
  readonly asker: Asker;
  readonly network: string;
  /** It was no guess: takes back what it counted. */
  succeeded(): Promise<void>;
  /** The password was right, and a code is missing. The account's count stays: else the first half of a sign-in would make room for more guesses at the second. */
  halfway(): Promise<void>;
}

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
  readonly #browser = new RateLimiterMemory({ keyPrefix: "browser", ...BROWSER });
  readonly #network = new RateLimiterMemory({ keyPrefix: "network", ...NETWORK });
  readonly #digits = new RateLimiterMemory({ keyPrefix: "digits", ...DIGITS });
  readonly #fold = new RateLimiterMemory({ keyPrefix: "fold", points: 1, duration: FOLD_SECONDS });

  /** Counts an attempt, whether it will succeed or not, so that attempts at the same time count too. */
  async attempt({ ip, email, browser }: Try): Promise<Attempt | Refusal> {
    const network = networkOf(ip);
    if (browser !== undefined && (await consume(this.#browser, browser)) === 0) {
      const succeeded = async () => void (await this.#browser.delete(browser));
      return { asker: knownAsker(browser), network, succeeded, halfway: async () => undefined };
    }
    const account = email === undefined ? undefined : accountKey(email);
    const waits = [await consume(this.#network, network)];
    if (account !== undefined) waits.push(await consume(this.#account, `${network} ${account}`));
    const waitMs = Math.max(...waits);
    if (waitMs > 0) return this.#refusal(network, waitMs);
    const halfway = async () => void (await this.#network.reward(network, 1));
    const succeeded = async () => {
      await halfway();
      if (account !== undefined) await this.#account.delete(`${network} ${account}`);
    };
    const groups = account === undefined ? [network] : [network, account];
    return { asker: { isKnown: false, groups }, network, succeeded, halfway };
  }

  /** Counts an attempt at an account's six digits. @returns undefined when it can go on. */
  async attemptDigits(ip: string | undefined, userId: string): Promise<Refusal | undefined> {
    const waitMs = await consume(this.#digits, userId);
    return waitMs === 0 ? undefined : this.#refusal(networkOf(ip), waitMs);
  }

  /** Takes back one count, and no more: others may be guessing meanwhile. */
  async digitsSucceeded(userId: string): Promise<void> {
    await this.#digits.reward(userId, 1);
  }

  async #refusal(network: string, waitMs: number): Promise<Refusal> {
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

/** An IPv4 address's /24, or the /64 that one IPv6 customer is given. */
function networkOf(ip: string | undefined): string {
  if (ip === undefined || !ipaddr.isValid(ip)) return "unknown";
  const address = ipaddr.process(ip);
  if (address.kind() === "ipv4") return `${(address as ipaddr.IPv4).octets.slice(0, 3).join(".")}.0/24`;
  const [a = 0, b = 0, c = 0, d = 0] = (address as ipaddr.IPv6).parts;
  return `${new ipaddr.IPv6([a, b, c, d, 0, 0, 0, 0]).toString()}/64`;
}

/** Hashed: what people type into the e-mail field is not kept in memory as it is, nor as long. */
function accountKey(email: string): string {
  return hashSecret(email.normalize("NFC").toLowerCase());
}
