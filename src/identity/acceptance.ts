import type { z } from "zod";
import { DaybookError } from "../errors.ts";
import type { Attempts } from "./attempts.ts";
import { lockOrganization } from "./authority.ts";
import { ownEvent, userActor } from "./events.ts";
import { acceptanceInput, parseInput } from "./input.ts";
import { alreadyMember, take } from "./invitations.ts";
import { addMember, createPerson, memberRows } from "./member-rows.ts";
import { findToken } from "./one-time-tokens.ts";
import type { PasswordHasher } from "./passwords.ts";
import type { OpenInvitation } from "./people-contract.ts";
import type { Person } from "./personal.ts";
import type { Origin, SessionPrincipal } from "./principals.ts";
import { storedTimeMs } from "./schema.ts";
import { memberships, roleOf } from "./sessions.ts";
import type { SignIn } from "./sign-in.ts";
import type { SignedIn } from "./sign-in-contract.ts";
import type { Change, Store } from "./store.ts";

type Open = OpenInvitation & { readonly id: string };

/** From an invitation's link to a member: a new person with a password of their own, or one who has an account and is signed in. */
export class Acceptance {
  private readonly store: Store;
  private readonly signIn: SignIn;
  private readonly passwords: PasswordHasher;
  private readonly attempts: Attempts;
  private readonly now: () => number;

  constructor(parts: {
    store: Store;
    signIn: SignIn;
    passwords: PasswordHasher;
    attempts: Attempts;
    now: () => number;
  }) {
    this.store = parts.store;
    this.signIn = parts.signIn;
    this.passwords = parts.passwords;
    this.attempts = parts.attempts;
    this.now = parts.now;
  }

  async lookUp(token: string, origin: Origin): Promise<OpenInvitation> {
    const { id: _id, ...open } = await this.open(token, origin);
    return open;
  }

  async accept(
    input: z.input<typeof acceptanceInput>,
    by: SessionPrincipal | undefined,
    origin: Origin,
    current: string | undefined,
  ): Promise<SignedIn & { created: boolean }> {
    const { token, ...account } = parseInput(acceptanceInput, input);
    const open = await this.open(token, origin);
    if (open.account) return this.join(open, by, account, origin);
    const newcomer = requireAccount(account);
    // Only who holds the link may have a password hashed.
    const password = await this.passwords.hash(newcomer.password, open.email);
    try {
      const signedIn = await this.store.change(async (change) => {
        const invitation = await this.take(change, open);
        const person = await createPerson(change, { name: newcomer.name, email: invitation.email }, password);
        await this.add(change, invitation, person, origin);
        return this.signIn.start(change, person, "invitation", origin, current);
      });
      return { ...signedIn, created: true };
    } catch (error) {
      // Two invitations of one new person, accepted at the same time: the other one made the account.
      const made = !(error instanceof DaybookError) && (await this.accountOf(open.email)) !== undefined;
      throw made ? signInFirst(open.email) : error;
    }
  }

  private async join(
    open: Open,
    by: SessionPrincipal | undefined,
    account: { name?: string | undefined; password?: string | undefined },
    origin: Origin,
  ): Promise<SignedIn & { created: boolean }> {
    if (by === undefined) throw signInFirst(open.email);
    if (by.user.email !== open.email) {
      const detail = `This invitation is for ${open.email}. Sign in with that e-mail to accept it.`;
      throw new DaybookError("forbidden", detail);
    }
    const needless = (["name", "password"] as const).filter((field) => account[field] !== undefined);
    if (needless.length > 0) throw invalid(needless, "must be left out: this person has an account");
    await this.store.change(async (change) => {
      const invitation = await this.take(change, open);
      await this.add(change, invitation, by.user, origin);
    });
    const principal = { ...by, memberships: await memberships(this.store, by.user.id) };
    return { principal, setCookies: [], created: false };
  }

  /** @throws DaybookError invalid_token, rate_limited */
  private async open(token: string, origin: Origin): Promise<Open> {
    const attempt = await this.attempts.attempt(origin);
    const { db } = this.store;
    const found = await findToken(db, "invitation", token, this.now());
    const row = await db
      .selectFrom("invitation")
      .innerJoin("organization", "organization.id", "invitation.organizationId")
      .innerJoin("user", "user.id", "invitation.inviterId")
      .selectAll("invitation")
      .select(["organization.name as organizationName", "user.name as inviter"])
      .where("invitation.id", "=", found?.subject ?? "")
      .executeTakeFirst();
    if (row === undefined) throw invalidToken();
    await attempt.succeeded();
    return {
      id: row.id,
      organization: { id: row.organizationId, name: row.organizationName },
      email: row.email,
      role: roleOf(row.role),
      invitedBy: { name: row.inviter },
      expiresAt: storedTimeMs(row.expiresAt),
      account: (await this.accountOf(row.email)) !== undefined,
    };
  }

  /** Uses the invitation up. @throws DaybookError invalid_token when somebody did so first, or it was withdrawn or has run out. */
  private async take(change: Change, { id, organization }: Open) {
    await lockOrganization(change, organization.id);
    const row = await take(change, organization.id, ["id", id]);
    if (row === undefined || storedTimeMs(row.expiresAt) <= this.now()) throw invalidToken();
    return row;
  }

  private async add(
    change: Change,
    invitation: { id: string; organizationId: string; role: string },
    person: Person,
    origin: Origin,
  ): Promise<void> {
    const organization = invitation.organizationId;
    if ((await memberRows(change.db, organization, person.id)).length > 0) throw alreadyMember();
    const role = roleOf(invitation.role);
    await addMember(change, { organization, userId: person.id, role }, this.now());
    const act = {
      organization,
      action: "member.add",
      actor: userActor(person, role),
      resource: { type: "member", id: person.id, name: person.name },
      description: "Joined by invitation",
      metadata: { role, invitation: invitation.id },
    } as const;
    change.record(ownEvent(act, origin, this.now()));
  }

  private accountOf(email: string): Promise<{ id: string } | undefined> {
    return this.store.db.selectFrom("user").select("id").where("email", "=", email).executeTakeFirst();
  }
}

function requireAccount(account: { name?: string | undefined; password?: string | undefined }) {
  const { name, password } = account;
  if (name !== undefined && password !== undefined) return { name, password };
  throw invalid(
    (["name", "password"] as const).filter((field) => account[field] === undefined),
    "is required",
  );
}

function invalid(fields: readonly string[], message: string): DaybookError {
  const errors = fields.map((field) => ({ pointer: `/${field}`, message }));
  return new DaybookError("invalid_input", "The input is not valid.", { errors });
}

function invalidToken(): DaybookError {
  const detail = "The invitation is not valid, was used or withdrawn, or has expired. Ask for a new one.";
  return new DaybookError("invalid_token", detail);
}

function signInFirst(email: string): DaybookError {
  return new DaybookError("unauthenticated", `Sign in as ${email}, then accept the invitation.`);
}
