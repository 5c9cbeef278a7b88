import { DaybookError } from "../errors.ts";
import type { Origin, SessionPrincipal, SignedIn } from "./contract.ts";
import { PLATFORM_ORGANIZATION } from "./contract.ts";
import { type Act, maskEmail, ownEvent, userActor } from "./events.ts";
import { credentials, parseInput } from "./input.ts";
import { consumeToken } from "./one-time-tokens.ts";
import type { PasswordHasher } from "./passwords.ts";
import { CLEARED_SESSION_COOKIE, endSession, memberships, type Sessions, sessionCookie } from "./sessions.ts";
import type { Change, Store } from "./store.ts";
import { SignInThrottle } from "./throttle.ts";

type User = SessionPrincipal["user"];
type PersonalAct = Omit<Act, "organization" | "actor" | "resource">;

/**
 * Signing in and out. Each sign-in, failure and sign-out is an event of every organization the person belongs to; what concerns
 * no member (an unknown address, a throttled network) is an event of the platform.
 */
export class SignIn {
  readonly #store: Store;
  readonly #sessions: Sessions;
  readonly #passwords: PasswordHasher;
  readonly #now: () => number;
  readonly #throttle = new SignInThrottle();

  constructor(store: Store, sessions: Sessions, passwords: PasswordHasher, now: () => number) {
    this.#store = store;
    this.#sessions = sessions;
    this.#passwords = passwords;
    this.#now = now;
  }

  /**
   * @param current the session token that the request carries already: that session ends when the new one starts.
   * @throws DaybookError invalid_input, invalid_credentials, rate_limited, log_unavailable.
   */
  async withPassword(
    input: { email: string; password: string },
    origin: Origin,
    current: string | undefined,
  ): Promise<SignedIn> {
    const { email, password } = parseInput(credentials, input);
    await this.#admit(origin, email);
    const found = await this.#store.auth.findUserByEmail(email, { includeAccounts: true });
    const hash = found?.accounts.find((account) => account.providerId === "credential")?.password;
    const right = hash ? await this.#passwords.verify(hash, password) : await this.#passwords.verifyNobody(password);
    if (found === null || right !== true) {
      await this.#recordFailure(found?.user, email, origin);
      throw new DaybookError("invalid_credentials", "The e-mail or password is not right.");
    }
    const { id, name, email: address } = found.user;
    const signedIn = await this.#store.change((change) =>
      this.start(change, { id, name, email: address }, "password", origin, current),
    );
    await this.#throttle.succeeded(origin.ip, email);
    return signedIn;
  }

  /** @throws DaybookError invalid_token, rate_limited, log_unavailable. */
  async withToken(token: string, origin: Origin, current: string | undefined): Promise<SignedIn> {
    await this.#admit(origin, undefined);
    const signedIn = await this.#store.change(async (change) => {
      const consumed = await consumeToken(change.db, "sign_in", token, this.#now());
      if (consumed === undefined || consumed.subject === null) return undefined;
      const user = await change.db
        .selectFrom("user")
        .select(["id", "name", "email"])
        .where("id", "=", consumed.subject)
        .executeTakeFirst();
      return user === undefined ? undefined : this.start(change, user, "link", origin, current);
    });
    if (signedIn === undefined) {
      await this.#recordAnonymous("Sign-in failed: the link is not valid", { reason: "invalid_link" }, origin);
      throw new DaybookError("invalid_token", "The link is not valid, was used already, or has expired.");
    }
    await this.#throttle.succeeded(origin.ip);
    return signedIn;
  }

  /** Starts a session within a change that has established who it is. */
  async start(
    change: Change,
    user: User,
    method: "password" | "link" | "set_up",
    origin: Origin,
    current: string | undefined,
  ): Promise<SignedIn> {
    if (current !== undefined) await this.#end(change, current, origin, user.id);
    const session = await this.#sessions.start(change, user.id, origin);
    const own = await memberships(change, user.id);
    const act = {
      action: "auth.login",
      description: "Signed in",
      sessionId: session.id,
      metadata: { method },
    } as const;
    this.#recordPersonal(change, user, own, act, origin);
    return {
      principal: { type: "session", sessionId: session.id, user, memberships: own },
      setCookies: [sessionCookie(session.token)],
    };
  }

  /** Ends the session there is, if any; goes through also while the log refuses events. */
  async out(token: string | undefined, origin: Origin): Promise<{ setCookies: string[] }> {
    if (token !== undefined) {
      await this.#store.change((change) => this.#end(change, token, origin), { revokes: true });
    }
    return { setCookies: [CLEARED_SESSION_COOKIE] };
  }

  /** @param replacedBy the user whose sign-in ends it: their own session is renewed, which is no sign-out. */
  async #end(change: Change, token: string, origin: Origin, replacedBy?: string): Promise<void> {
    const ended = await endSession(change, token);
    if (ended === undefined || ended.userId === replacedBy) return;
    const user = await change.db
      .selectFrom("user")
      .select(["id", "name", "email"])
      .where("id", "=", ended.userId)
      .executeTakeFirstOrThrow();
    const act = { action: "auth.logout", description: "Signed out", sessionId: ended.id } as const;
    this.#recordPersonal(change, user, await memberships(change, user.id), act, origin);
  }

  async #admit(origin: Origin, email: string | undefined): Promise<void> {
    const refused = await this.#throttle.attempt(origin.ip, email);
    if (refused === undefined) return;
    if (refused.record) {
      const description = "Sign-in refused: too many attempts from one address";
      await this.#recordAnonymous(description, { reason: "rate_limited" }, origin);
    }
    throw refused.error;
  }

  async #recordFailure(user: User | undefined, email: string, origin: Origin): Promise<void> {
    if (user === undefined) {
      const masked = maskEmail(email);
      const metadata = { reason: "unknown_email", ...(masked === undefined ? {} : { email: masked }) };
      return this.#recordAnonymous("Sign-in failed: unknown e-mail", metadata, origin);
    }
    await this.#store.change(async (change) => {
      const act = {
        action: "auth.login",
        outcome: "failure",
        description: "Sign-in failed: wrong password",
        metadata: { reason: "wrong_password", method: "password" },
      } as const;
      this.#recordPersonal(change, user, await memberships(change, user.id), act, origin);
    });
  }

  async #recordAnonymous(
    description: string,
    metadata: { reason: string; email?: string },
    origin: Origin,
  ): Promise<void> {
    const act: Act = {
      organization: PLATFORM_ORGANIZATION,
      action: "auth.login",
      outcome: "failure",
      actor: { type: "anonymous" },
      resource: { type: "user" },
      description,
      metadata,
    };
    await this.#store.change(async (change) => change.record(ownEvent(act, origin, this.#now())));
  }

  #recordPersonal(
    change: Change,
    user: User,
    own: SessionPrincipal["memberships"],
    act: PersonalAct,
    origin: Origin,
  ): void {
    const resource = { type: "user", id: user.id, name: user.name };
    for (const { organization, role } of own) {
      change.record(ownEvent({ ...act, organization, actor: userActor(user, role), resource }, origin, this.#now()));
    }
    if (own.length > 0) return;
    // Whoever has left every organization still has an account here: that concerns the platform.
    const { id, name, email } = user;
    const actor = { type: "user", id, name, email } as const;
    change.record(ownEvent({ ...act, organization: PLATFORM_ORGANIZATION, actor, resource }, origin, this.#now()));
  }
}
