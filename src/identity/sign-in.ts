import { DaybookError } from "../errors.ts";
import type { Attempt } from "./attempt-limits.ts";
import type { Attempts } from "./attempts.ts";
import { credentials, parseInput } from "./input.ts";
import type { KnownBrowsers } from "./known-browsers.ts";
import { maskEmail } from "./mask-email.ts";
import { consumeToken } from "./one-time-tokens.ts";
import { replacePassword } from "./own-password.ts";
import type { PasswordHasher } from "./passwords.ts";
import { type Person, type PersonalAct, recordPersonal } from "./personal.ts";
import type { Origin } from "./principals.ts";
import {
  CLEARED_SESSION_COOKIE,
  endSession,
  memberships,
  type Sessions,
  sessionCookie,
  sessionToken,
} from "./sessions.ts";
import type { Credentials, SignedIn } from "./sign-in-contract.ts";
import { countWrongPassword } from "./slow-guessing.ts";
import type { Change, Store } from "./store.ts";
import { isDigits, type Proof, type Proven, type TwoFactor } from "./two-factor.ts";

/**
 * Signing in and out. Each sign-in, failure and sign-out is an event of every organization the person belongs to; what concerns
 * no member (an unknown address, a throttled network) is an event of the platform.
 */
export class SignIn {
  private readonly store: Store;
  private readonly sessions: Sessions;
  private readonly passwords: PasswordHasher;
  private readonly attempts: Attempts;
  private readonly twoFactor: TwoFactor;
  private readonly browsers: KnownBrowsers;
  private readonly now: () => number;

  constructor(parts: {
    store: Store;
    sessions: Sessions;
    passwords: PasswordHasher;
    attempts: Attempts;
    twoFactor: TwoFactor;
    browsers: KnownBrowsers;
    now: () => number;
  }) {
    this.store = parts.store;
    this.sessions = parts.sessions;
    this.passwords = parts.passwords;
    this.attempts = parts.attempts;
    this.twoFactor = parts.twoFactor;
    this.browsers = parts.browsers;
    this.now = parts.now;
  }

  /**
   * @param headers of the request: the session in them ends when the new one starts, and a browser can prove that it is known.
   * @throws DaybookError invalid_input, invalid_credentials, two_factor_required, rate_limited, log_unavailable.
   */
  async withPassword(input: Credentials, origin: Origin, headers = new Headers()): Promise<SignedIn> {
    const { email, password, code } = parseInput(credentials, input);
    const attempt = await this.attempts.attempt(origin, { email, browser: this.browsers.recognize(headers, email) });
    const { person, hash } = await this.whoHas(email, password, origin, attempt);
    const proof = await this.askForProof(person, code, origin, attempt);
    const outcome = await this.store.change(async (change) => {
      if (!(await replacePassword(change, person.id, hash, hash))) return "wrong_password" as const;
      const proven = proof && (await this.twoFactor.use(change, person.id, proof));
      if (proof !== undefined && proven === undefined) return "wrong_code" as const;
      return this.start(change, person, "password", origin, sessionToken(headers), proven);
    });
    if (outcome === "wrong_password") throw await this.wrongPassword(person, origin, attempt);
    if (outcome === "wrong_code") throw await this.wrongCode(person, origin);
    if (proof?.method === "totp") await this.attempts.digitsSucceeded(person.id);
    await attempt.succeeded();
    return outcome;
  }

  /** @returns the person and the stored hash that the password was compared with. @throws DaybookError invalid_credentials */
  private async whoHas(
    email: string,
    password: string,
    origin: Origin,
    attempt: Attempt,
  ): Promise<{ person: Person; hash: string }> {
    const found = await this.store.auth.findUserByEmail(email, { includeAccounts: true });
    const hash = found?.accounts.find((account) => account.providerId === "credential")?.password;
    const right = hash
      ? await this.passwords.verify(hash, password, attempt.asker)
      : await this.passwords.verifyNobody(password, attempt.asker);
    if (found === null) {
      const masked = maskEmail(email);
      const metadata = { reason: "unknown_email", ...(masked === undefined ? {} : { email: masked }) };
      await this.attempts.recordFailure("Sign-in failed: unknown e-mail", metadata, origin);
      throw notRight();
    }
    const { id, name, email: address } = found.user;
    const person = { id, name, email: address };
    if (!hash || right !== true) throw await this.wrongPassword(person, origin, attempt);
    return { person, hash };
  }

  /**
   * Only for who has shown the right password: nobody else learns whether a code is needed.
   * @returns undefined when none is. @throws DaybookError two_factor_required, invalid_credentials, rate_limited
   */
  private async askForProof(
    person: Person,
    code: string | undefined,
    origin: Origin,
    attempt: Attempt,
  ): Promise<Proof | undefined> {
    if (!(await this.twoFactor.isOn(person.id))) return undefined;
    if (code === undefined) {
      await attempt.halfway();
      throw new DaybookError("two_factor_required", "Enter the six digits that your authenticator app shows.");
    }
    if (isDigits(code)) await this.attempts.attemptDigits(origin, person.id);
    const proof = await this.twoFactor.proof(person.id, code);
    if (proof === undefined) throw await this.wrongCode(person, origin);
    return proof;
  }

  /** @throws DaybookError invalid_token, rate_limited, log_unavailable. */
  async withToken(token: string, origin: Origin, current: string | undefined): Promise<SignedIn> {
    const attempt = await this.attempts.attempt(origin);
    const signedIn = await this.store.change(async (change) => {
      const consumed = await consumeToken(change.db, "sign_in", token, this.now());
      if (consumed === undefined || consumed.subject === null) return undefined;
      const user = await change.db
        .selectFrom("user")
        .select(["id", "name", "email"])
        .where("id", "=", consumed.subject)
        .executeTakeFirst();
      return user === undefined ? undefined : this.start(change, user, "link", origin, current);
    });
    if (signedIn === undefined) {
      await this.attempts.recordFailure("Sign-in failed: the link is not valid", { reason: "invalid_link" }, origin);
      throw new DaybookError("invalid_token", "The link is not valid, was used already, or has expired.");
    }
    await attempt.succeeded();
    return signedIn;
  }

  /** Starts a session within a change that has established who it is. @param proven recorded with it. */
  async start(
    change: Change,
    person: Person,
    method: "password" | "link" | "set_up" | "invitation",
    origin: Origin,
    current: string | undefined,
    proven?: Proven,
  ): Promise<SignedIn> {
    if (current !== undefined) await this.end(change, current, origin, person.id);
    const session = await this.sessions.start(change, person.id, origin);
    const metadata = { method, ...proven };
    const act = { action: "auth.login", description: "Signed in", sessionId: session.id, metadata } as const;
    await recordPersonal(change, person, [act], origin, this.now());
    const own = await memberships(change, person.id);
    return {
      principal: { type: "session", sessionId: session.id, user: person, memberships: own },
      setCookies: [sessionCookie(session.token), this.browsers.cookieFor(person.email)],
    };
  }

  /** Ends the session there is, if any; goes through also while the log refuses events. */
  async out(token: string | undefined, origin: Origin): Promise<{ setCookies: string[] }> {
    if (token !== undefined) {
      await this.store.change((change) => this.end(change, token, origin), { revokes: true });
    }
    return { setCookies: [CLEARED_SESSION_COOKIE] };
  }

  /** @param replacedBy the user whose sign-in ends it: their own session is renewed: this is not a sign-out. */
  private async end(change: Change, token: string, origin: Origin, replacedBy?: string): Promise<void> {
    const ended = await endSession(change, token);
    if (ended === undefined || ended.userId === replacedBy) return;
    const user = await change.db
      .selectFrom("user")
      .select(["id", "name", "email"])
      .where("id", "=", ended.userId)
      .executeTakeFirstOrThrow();
    const act = { action: "auth.logout", description: "Signed out", sessionId: ended.id } as const;
    await recordPersonal(change, user, [act], origin, this.now());
  }

  /** @returns the error to answer with, once the failure is recorded. */
  private async wrongPassword(person: Person, origin: Origin, attempt: Attempt): Promise<DaybookError> {
    await this.store.change(async (change) => {
      await recordPersonal(change, person, [failed("wrong_password")], origin, this.now());
      if (!attempt.asker.isKnown) await countWrongPassword(change, person, attempt.network, origin, this.now());
    });
    return notRight();
  }

  /** @returns the error to answer with, once the failure is recorded. */
  private async wrongCode(person: Person, origin: Origin): Promise<DaybookError> {
    await this.store.change((change) => recordPersonal(change, person, [failed("wrong_code")], origin, this.now()));
    return new DaybookError("invalid_credentials", "The code is not right, or was used already.");
  }
}

function failed(reason: "wrong_password" | "wrong_code"): PersonalAct {
  return {
    action: "auth.login",
    outcome: "failure",
    description: `Sign-in failed: ${reason === "wrong_code" ? "wrong code" : "wrong password"}`,
    metadata: { reason, method: "password" },
  };
}

function notRight(): DaybookError {
  return new DaybookError("invalid_credentials", "Incorrect e-mail or password.");
}
