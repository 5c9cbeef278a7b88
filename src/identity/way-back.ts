import { DaybookError } from "../errors.ts";
import { deleteExpiredTokens, issueToken } from "./one-time-tokens.ts";
import type { Actor } from "./own-events.ts";
import { setPassword } from "./own-password.ts";
import { endSessions } from "./own-sessions.ts";
import type { PasswordHasher } from "./passwords.ts";
import { type Person, recordPersonal } from "./personal.ts";
import type { Origin } from "./principals.ts";
import { newSecret } from "./secrets.ts";
import type { Store } from "./store.ts";
import type { TwoFactor } from "./two-factor.ts";

/** A way back in for people who lost theirs. Whether `by` may open it is the caller's to decide. */
export class WayBack {
  private readonly store: Store;
  private readonly twoFactor: TwoFactor;
  private readonly passwords: PasswordHasher;
  private readonly now: () => number;

  constructor(store: Store, twoFactor: TwoFactor, passwords: PasswordHasher, now: () => number) {
    this.store = store;
    this.twoFactor = twoFactor;
    this.passwords = passwords;
    this.now = now;
  }

  /** @throws DaybookError not_found */
  async signInToken(email: string, validForMs: number): Promise<string> {
    const { id: subject } = await this.person(email);
    return this.store.change(async ({ db }) => {
      await deleteExpiredTokens(db, this.now());
      const expiresAt = this.now() + validForMs;
      return issueToken(db, { purpose: "sign_in", subject, expiresAt }, this.now());
    });
  }

  /** @throws DaybookError not_found when there is no such person, or theirs is not on. */
  async resetTwoFactor(email: string, by: Actor, origin: Origin): Promise<void> {
    const person = await this.person(email);
    await this.store.change(async (change) => {
      if (!(await this.twoFactor.remove(change, person.id))) {
        throw new DaybookError("not_found", "Two-factor sign-in is not on for this user.");
      }
      const act = { action: "two_factor.disable", description: `Reset two-factor sign-in of ${person.name}` } as const;
      await recordPersonal(change, person, [act], origin, this.now(), by);
    });
  }

  /** Ends every session of the person. @returns the new password, known nowhere else. @throws DaybookError not_found */
  async resetPassword(email: string, by: Actor, origin: Origin): Promise<string> {
    const person = await this.person(email);
    const password = newSecret();
    const hash = await this.passwords.hash(password, person.id);
    await this.store.change(async (change) => {
      await setPassword(change, person.id, hash);
      const ended = await endSessions(change, person.id, {}, { reason: "password_change" }, this.now());
      const metadata = { ended_sessions: ended.length };
      const description = `Reset the password of ${person.name}`;
      const act = { action: "auth.password_change", description, metadata } as const;
      await recordPersonal(change, person, [act, ...ended], origin, this.now(), by);
    });
    return password;
  }

  private async person(address: string): Promise<Person> {
    const found = await this.store.auth.findUserByEmail(address.trim());
    if (found === null) throw new DaybookError("not_found", "There is no user with this e-mail.");
    const { id, name, email } = found.user;
    return { id, name, email };
  }
}
