import { BoundedCounts } from "../bounded-counts.ts";
import { DaybookError } from "../errors.ts";
import { networkOf } from "../event/index.ts";
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
  private readonly account = new BoundedCounts(ACCOUNT);
  private readonly browser = new BoundedCounts(BROWSER);
  private readonly network = new BoundedCounts(NETWORK);
  private readonly digits = new BoundedCounts(DIGITS);
  private readonly fold = new BoundedCounts({ points: 1, duration: FOLD_SECONDS });

  /** Counts an attempt, whether it will succeed or not, so that attempts at the same time count too. */
  async attempt({ ip, email, browser }: Try): Promise<Attempt | Refusal> {
    const network = networkOr(ip);
    if (browser !== undefined && (await this.browser.take(browser)) === 0) {
      const succeeded = async () => void (await this.browser.forget(browser));
      return { asker: knownAsker(browser), network, succeeded, halfway: async () => undefined };
    }
    const account = email === undefined ? undefined : accountKey(email);
    const waits = [await this.network.take(network)];
    if (account !== undefined) waits.push(await this.account.take(`${network} ${account}`));
    const waitMs = Math.max(...waits);
    if (waitMs > 0) return this.refusal(network, waitMs);
    const halfway = async () => void (await this.network.giveBack(network));
    const succeeded = async () => {
      await halfway();
      if (account !== undefined) await this.account.forget(`${network} ${account}`);
    };
    const groups = account === undefined ? [network] : [network, account];
    return { asker: { isKnown: false, groups }, network, succeeded, halfway };
  }

  /** Counts an attempt at an account's six digits. @returns undefined when it can go on. */
  async attemptDigits(ip: string | undefined, userId: string): Promise<Refusal | undefined> {
    const waitMs = await this.digits.take(userId);
    return waitMs === 0 ? undefined : this.refusal(networkOr(ip), waitMs);
  }

  /** Takes back one count, and no more: others may be guessing meanwhile. */
  async digitsSucceeded(userId: string): Promise<void> {
    await this.digits.giveBack(userId);
  }

  private async refusal(network: string, waitMs: number): Promise<Refusal> {
    const error = new DaybookError("rate_limited", "Too many attempts to sign in. Wait a while, then try again.", {
      retryAfterSeconds: Math.ceil(waitMs / 1000),
    });
    return { error, record: (await this.fold.take(network)) === 0 };
  }
}

function networkOr(ip: string | undefined): string {
  return (ip === undefined ? undefined : networkOf(ip)) ?? "unknown";
}

/** Hashed: what people type into the e-mail field is not kept in memory as it is, nor as long. */
function accountKey(email: string): string {
  return hashSecret(email.normalize("NFC").toLowerCase());
}
