import { DaybookError } from "../errors.ts";
import type { Attempts } from "./attempts.ts";
import { type ColumnLayout, keepColumnLayout, readColumnLayout } from "./column-layout.ts";
import { newPasswordInput, parseInput, personNaming } from "./input.ts";
import { type OwnPassword, replacePassword, wrongPassword } from "./own-password.ts";
import { endSessions, listSessions } from "./own-sessions.ts";
import type { PasswordHasher } from "./passwords.ts";
import { type PersonalAct, recordPersonal } from "./personal.ts";
import type { Origin, SessionPrincipal } from "./principals.ts";
import type { OwnProfile, PasswordGuessing, SessionInfo, TwoFactorSecret } from "./profile-contract.ts";
import { CLEARED_SESSION_COOKIE } from "./sessions.ts";
import { dismissPasswordGuessing, passwordGuessing } from "./slow-guessing.ts";
import type { Change, Store } from "./store.ts";
import type { TwoFactor } from "./two-factor.ts";

/** What people do to their own account. Each act is an event of every organization they belong to. */
export class Profile implements OwnProfile {
  private readonly store: Store;
  private readonly ownPassword: OwnPassword;
  private readonly attempts: Attempts;
  private readonly twoFactor: TwoFactor;
  private readonly passwords: PasswordHasher;
  private readonly now: () => number;

  constructor(parts: {
    store: Store;
    ownPassword: OwnPassword;
    attempts: Attempts;
    twoFactor: TwoFactor;
    passwords: PasswordHasher;
    now: () => number;
  }) {
    this.store = parts.store;
    this.ownPassword = parts.ownPassword;
    this.attempts = parts.attempts;
    this.twoFactor = parts.twoFactor;
    this.passwords = parts.passwords;
    this.now = parts.now;
  }

  hasTwoFactor(userId: string): Promise<boolean> {
    return this.twoFactor.isOn(userId);
  }

  passwordGuessing(userId: string): Promise<PasswordGuessing | undefined> {
    return passwordGuessing(this.store.db, userId);
  }

  async dismissPasswordGuessing({ user }: SessionPrincipal): Promise<void> {
    await this.store.change((change) => dismissPasswordGuessing(change, user.id));
  }

  columnLayout(userId: string): Promise<ColumnLayout | undefined> {
    return readColumnLayout(this.store, userId);
  }

  async keepColumnLayout({ user }: SessionPrincipal, layout: ColumnLayout | undefined): Promise<void> {
    await this.store.change((change) => keepColumnLayout(change, user.id, layout));
  }

  async rename(principal: SessionPrincipal, input: { name: string }, origin: Origin): Promise<SessionPrincipal> {
    const { name } = parseInput(personNaming, input);
    const { id } = principal.user;
    await this.store.change(async (change) => {
      const before = await lockedName(change, id);
      if (before === name) return;
      await change.auth.updateUser(id, { name });
      const act: PersonalAct = {
        action: "user.update",
        resource: { type: "user", id, name },
        description: "Changed their name",
        changes: [{ path: "name", before, after: name }],
      };
      await this.record(change, { ...principal, user: { ...principal.user, name: before } }, [act], origin);
    });
    return { ...principal, user: { ...principal.user, name } };
  }

  async changePassword(
    principal: SessionPrincipal,
    input: { current_password: string; new_password: string },
    origin: Origin,
  ): Promise<void> {
    const { current_password, new_password } = parseInput(newPasswordInput, input);
    const { user, sessionId } = principal;
    const act = { action: "auth.password_change", sessionId } as const;
    const refused = { ...act, description: "Changing the password failed: wrong password" };
    const pointer = "/current_password";
    const from = await this.ownPassword.check(user, current_password, { pointer, refused }, origin);
    const to = await this.passwords.hash(new_password, user.id);
    await this.store.change(async (change) => {
      if (!(await replacePassword(change, user.id, from, to))) throw wrongPassword(pointer);
      const by = { reason: "password_change", session: sessionId } as const;
      const ended = await endSessions(change, user.id, { except: sessionId }, by, this.now());
      const changed = { ...act, description: "Changed their password", metadata: { ended_sessions: ended.length } };
      await this.record(change, principal, [changed, ...ended], origin);
    });
  }

  sessions({ user, sessionId }: SessionPrincipal): Promise<SessionInfo[]> {
    return listSessions(this.store, user.id, sessionId, this.now());
  }

  async endSession(principal: SessionPrincipal, id: string, origin: Origin): Promise<{ setCookies: string[] }> {
    await this.end(principal, { only: id }, "ended_by_user", origin);
    return { setCookies: id === principal.sessionId ? [CLEARED_SESSION_COOKIE] : [] };
  }

  async endAllSessions(principal: SessionPrincipal, origin: Origin): Promise<{ setCookies: string[] }> {
    await this.end(principal, {}, "sign_out_everywhere", origin);
    return { setCookies: [CLEARED_SESSION_COOKIE] };
  }

  async beginTwoFactor(
    { user, sessionId }: SessionPrincipal,
    password: string,
    origin: Origin,
  ): Promise<TwoFactorSecret> {
    const description = "Turning two-factor sign-in on failed: wrong password";
    const refused = { action: "two_factor.enable", description, sessionId } as const;
    await this.ownPassword.check(user, password, { pointer: "/password", refused }, origin);
    return this.twoFactor.begin(user);
  }

  async confirmTwoFactor(principal: SessionPrincipal, code: string, origin: Origin): Promise<void> {
    const { id } = principal.user;
    await this.attempts.attemptDigits(origin, id);
    const proof = await this.twoFactor.proofOfBegun(id, code);
    if (proof === undefined) {
      const errors = [{ pointer: "/code", message: "is not the code that the app shows now" }];
      throw new DaybookError("invalid_input", "The code is not right.", { errors });
    }
    await this.store.change(async (change) => {
      await this.twoFactor.confirm(change, id, proof);
      const act = { action: "two_factor.enable", description: "Turned two-factor sign-in on" } as const;
      await this.record(change, principal, [act], origin);
    });
    await this.attempts.digitsSucceeded(id);
  }

  async disableTwoFactor(principal: SessionPrincipal, password: string, origin: Origin): Promise<void> {
    const { user, sessionId } = principal;
    const act = { action: "two_factor.disable", sessionId } as const;
    const refused = { ...act, description: "Turning two-factor sign-in off failed: wrong password" };
    await this.ownPassword.check(user, password, { pointer: "/password", refused }, origin);
    await this.store.change(async (change) => {
      if (!(await this.twoFactor.remove(change, user.id))) return;
      await this.record(change, principal, [{ ...act, description: "Turned two-factor sign-in off" }], origin);
    });
  }

  /** @throws DaybookError not_found when one session is named that is not there, or another person's. */
  private async end(
    principal: SessionPrincipal,
    which: { only?: string },
    reason: "sign_out_everywhere" | "ended_by_user",
    origin: Origin,
  ): Promise<void> {
    const work = async (change: Change) => {
      const by = { reason, session: principal.sessionId };
      const ended = await endSessions(change, principal.user.id, which, by, this.now());
      if (which.only !== undefined && ended.length === 0) {
        throw new DaybookError("not_found", "There is no such session.");
      }
      await this.record(change, principal, ended, origin);
    };
    await this.store.change(work, { revokes: true });
  }

  private record(
    change: Change,
    { user, sessionId }: SessionPrincipal,
    acts: PersonalAct[],
    origin: Origin,
  ): Promise<void> {
    const within = acts.map((act) => ({ ...act, sessionId }));
    return recordPersonal(change, user, within, origin, this.now());
  }
}

/** The name as it is, with its row locked until the change ends: two renames at once each record what they replaced. */
async function lockedName({ db }: Change, userId: string): Promise<string> {
  const row = await db
    .updateTable("user")
    .set((eb) => ({ name: eb.ref("name") }))
    .where("id", "=", userId)
    .returning("name")
    .executeTakeFirstOrThrow();
  return row.name;
}
