import { uuidv7 } from "@daybook/sdk";
import type { Kysely } from "kysely";
import { DaybookError } from "../errors.ts";
import { authorityOf, lockedAuthority } from "./authority.ts";
import { ownEvent, PLATFORM_OWNER_ROLE } from "./events.ts";
import { newInvitation, parseInput } from "./input.ts";
import { deleteExpiredTokens, issueToken, revokeInvitationToken } from "./one-time-tokens.ts";
import type { Actor } from "./own-events.ts";
import type { Invitation, Invitations as InvitationsContract } from "./people-contract.ts";
import { isOwner, ownsPlatform, permits } from "./permissions.ts";
import type { Origin, SessionPrincipal } from "./principals.ts";
import { type Schema, storedTimeMs } from "./schema.ts";
import { roleOf } from "./sessions.ts";
import type { Change, Store } from "./store.ts";
import { PLATFORM_ORGANIZATION, type Role } from "./vocabulary.ts";

export const INVITATION_MS = 7 * 24 * 60 * 60 * 1000;

/** Asking people in, and taking that back. One address has one invitation to an organization at a time. */
export class Invitations implements Omit<InvitationsContract, "lookUp" | "accept"> {
  private readonly store: Store;
  private readonly now: () => number;

  constructor(store: Store, now: () => number) {
    this.store = store;
    this.now = now;
  }

  async list(organization: string, by: SessionPrincipal): Promise<Invitation[]> {
    const { db } = this.store;
    (await authorityOf(db, by.user, organization)).require("member.read");
    const rows = await db
      .selectFrom("invitation")
      .innerJoin("user", "user.id", "invitation.inviterId")
      .selectAll("invitation")
      .select("user.name as inviter")
      .where("organizationId", "=", organization)
      .where("expiresAt", ">", new Date(this.now()).toISOString())
      .orderBy("invitation.id", "desc")
      .execute();
    return rows.map((row) => invitationInfo(row, row.inviter));
  }

  async create(
    organization: string,
    invitation: { email: string; role: Role },
    by: SessionPrincipal,
    origin: Origin,
  ): Promise<Invitation & { token: string }> {
    const { email, role } = parseInput(newInvitation, invitation);
    const now = this.now();
    return this.store.change(async (change) => {
      const authority = await lockedAuthority(change, by.user, organization);
      authority.require("member.manage");
      if (isOwner(role)) authority.require("owner.manage");
      await refuseMember(change, organization, email);
      await forgetExpired(change, organization, now);
      const replaced = await take(change, organization, ["email", email]);
      const row = {
        id: uuidv7(now),
        organizationId: organization,
        email,
        role,
        status: "pending",
        createdAt: new Date(now).toISOString(),
        expiresAt: new Date(now + INVITATION_MS).toISOString(),
        inviterId: by.user.id,
      };
      await change.db.insertInto("invitation").values(row).execute();
      const subject = { purpose: "invitation", subject: row.id, expiresAt: now + INVITATION_MS } as const;
      const token = await issueToken(change.db, subject, now);
      const act = {
        ...invitationAct(row, authority.actor),
        action: "member.invite",
        description: `Invited ${email} as ${role}`,
        metadata: { role, ...(replaced === undefined ? {} : { replaces: replaced.id }) },
      } as const;
      change.record(ownEvent(act, origin, now));
      return { ...invitationInfo(row, by.user.name), token };
    });
  }

  /** Takes effect also while the log refuses events. */
  async withdraw(organization: string, id: string, by: SessionPrincipal, origin: Origin): Promise<void> {
    const withdraw = async (change: Change) => {
      const authority = await lockedAuthority(change, by.user, organization);
      authority.require("member.manage");
      const row = await take(change, organization, ["id", id]);
      if (row === undefined) throw new DaybookError("not_found", "There is no such invitation.");
      recordWithdrawal(change, row, authority.actor, origin, this.now());
    };
    await this.store.change(withdraw, { revokes: true });
  }
}

/**
 * Withdraws what a person invited to and can no longer invite to, as their role was changed or they were removed: who leaves knows
 * the links they made, and must not come back by one.
 * @param inviter.role undefined when they are no member any more.
 */
export async function withdrawUnbacked(
  change: Change,
  inviter: { organization: string; userId: string; role?: Role },
  by: Actor,
  origin: Origin,
  nowMs: number,
): Promise<void> {
  const { organization, userId, role } = inviter;
  const places = role === undefined ? [] : [{ organization, role }];
  for (const row of await invitationsOf(change.db, organization, userId)) {
    const visited = row.organizationId !== organization;
    const backed = visited ? ownsPlatform(places) : places.some((place) => mayInvite(place, roleOf(row.role)));
    if (backed || (await take(change, row.organizationId, ["id", row.id])) === undefined) continue;
    const actor = visited ? { ...by, role: PLATFORM_OWNER_ROLE } : by;
    recordWithdrawal(change, row, actor, origin, nowMs, "inviter_role");
  }
}

/** What a person invited to in an organization; for the platform also where its owner did so without being a member. */
function invitationsOf(db: Kysely<Schema>, organization: string, inviterId: string): Promise<InvitationRow[]> {
  const own = db.selectFrom("member").select("organizationId").where("userId", "=", inviterId);
  return db
    .selectFrom("invitation")
    .selectAll()
    .where("inviterId", "=", inviterId)
    .where((eb) => {
      const here = eb("organizationId", "=", organization);
      return organization === PLATFORM_ORGANIZATION ? eb.or([here, eb("organizationId", "not in", own)]) : here;
    })
    .execute();
}

function mayInvite(place: { organization: string; role: Role }, role: Role): boolean {
  return permits(place, "member.manage") && (!isOwner(role) || permits(place, "owner.manage"));
}

type InvitationRow = Awaited<ReturnType<typeof take>> & {};

/** Takes an invitation away with its link: of two at a time, one gets it. */
export async function take(change: Change, organization: string, [column, value]: ["id" | "email", string]) {
  const row = await change.db
    .deleteFrom("invitation")
    .where("organizationId", "=", organization)
    .where(column, "=", value)
    .returningAll()
    .executeTakeFirst();
  if (row !== undefined) await revokeInvitationToken(change.db, row.id);
  return row;
}

/** Nobody can accept them, and they would stay for ever. */
async function forgetExpired(change: Change, organization: string, nowMs: number): Promise<void> {
  await change.db
    .deleteFrom("invitation")
    .where("organizationId", "=", organization)
    .where("expiresAt", "<=", new Date(nowMs).toISOString())
    .execute();
  await deleteExpiredTokens(change.db, nowMs);
}

async function refuseMember({ db }: Change, organization: string, email: string): Promise<void> {
  const member = await db
    .selectFrom("member")
    .innerJoin("user", "user.id", "member.userId")
    .select("user.id")
    .where("member.organizationId", "=", organization)
    .where("user.email", "=", email)
    .executeTakeFirst();
  if (member !== undefined) throw alreadyMember();
}

export function alreadyMember(): DaybookError {
  return new DaybookError("already_member", "This person is a member already.");
}

function recordWithdrawal(
  change: Change,
  row: InvitationRow,
  by: Actor,
  origin: Origin,
  nowMs: number,
  reason?: "inviter_role",
): void {
  const act = {
    ...invitationAct(row, by),
    action: "member.remove",
    description: `Withdrew the invitation of ${row.email}`,
    metadata: { role: row.role, ...(reason === undefined ? {} : { reason }) },
  } as const;
  change.record(ownEvent(act, origin, nowMs));
}

function invitationAct(row: { id: string; organizationId: string; email: string }, by: Actor) {
  const resource = { type: "invitation", id: row.id, name: row.email };
  return { organization: row.organizationId, actor: by, resource };
}

type Described = Pick<InvitationRow, "id" | "email" | "role" | "createdAt" | "expiresAt">;

function invitationInfo(row: Described, inviter: string): Invitation {
  return {
    id: row.id,
    email: row.email,
    role: roleOf(row.role),
    invitedBy: { name: inviter },
    createdAt: storedTimeMs(row.createdAt),
    expiresAt: storedTimeMs(row.expiresAt),
  };
}
