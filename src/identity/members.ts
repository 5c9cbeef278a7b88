import { DaybookError } from "../errors.ts";
import { type Authority, authorityOf, lockedAuthority } from "./authority.ts";
import { ownEvent } from "./events.ts";
import { withdrawUnbacked } from "./invitations.ts";
import { type MemberRow, memberRows } from "./member-rows.ts";
import type { Member, Members as MembersContract } from "./people-contract.ts";
import { isOwner } from "./permissions.ts";
import { lastActiveOf, twoFactorOf } from "./person-state.ts";
import type { Origin, SessionPrincipal } from "./principals.ts";
import type { Change, Store } from "./store.ts";
import type { Role } from "./vocabulary.ts";

/** The people of an organization: who they are, their roles, and their removal. */
export class Members implements MembersContract {
  private readonly store: Store;
  private readonly now: () => number;

  constructor(store: Store, now: () => number) {
    this.store = store;
    this.now = now;
  }

  async list(organization: string, by: SessionPrincipal): Promise<Member[]> {
    const { db } = this.store;
    (await authorityOf(db, by.user, organization)).require("member.read");
    const members = await describe(this.store, await memberRows(db, organization));
    const collator = new Intl.Collator("en");
    return members.sort((a, b) => collator.compare(a.name, b.name) || (a.id < b.id ? -1 : 1));
  }

  async changeRole(
    organization: string,
    userId: string,
    role: Role,
    by: SessionPrincipal,
    origin: Origin,
  ): Promise<Member> {
    return this.store.change(async (change) => {
      const { authority, member } = await this.manage(change, by, organization, userId, role);
      const [described] = await describe(change, [{ ...member, role }]);
      if (described === undefined) throw noSuchMember();
      if (member.role === role) return described;
      if (isOwner(member.role)) await requireAnotherOwner(change, organization, userId);
      await change.db
        .updateTable("member")
        .set({ role })
        .where("organizationId", "=", organization)
        .where("userId", "=", userId)
        .execute();
      const changes = [{ path: "role", before: member.role, after: role }];
      const act = {
        ...memberAct(authority, member),
        description: `Changed the role of ${member.user.name} to ${role}`,
        changes,
        metadata: { role },
      };
      change.record(ownEvent({ ...act, action: "member.role_update" }, origin, this.now()));
      await withdrawUnbacked(change, { organization, userId, role }, authority.actor, origin, this.now());
      return described;
    });
  }

  /** Takes effect also while the log refuses events. */
  async remove(organization: string, userId: string, by: SessionPrincipal, origin: Origin): Promise<void> {
    const remove = async (change: Change) => {
      const { authority, member } = await this.manage(change, by, organization, userId);
      if (userId === by.user.id) {
        throw new DaybookError(
          "own_membership",
          `You cannot remove yourself. Another owner or admin of ${authority.organization.name} can.`,
        );
      }
      if (isOwner(member.role)) await requireAnotherOwner(change, organization, userId);
      await change.db
        .deleteFrom("member")
        .where("organizationId", "=", organization)
        .where("userId", "=", userId)
        .execute();
      const act = {
        ...memberAct(authority, member),
        action: "member.remove",
        description: `Removed ${member.user.name}`,
        metadata: { role: member.role },
      } as const;
      change.record(ownEvent(act, origin, this.now()));
      await withdrawUnbacked(change, { organization, userId }, authority.actor, origin, this.now());
    };
    await this.store.change(remove, { revokes: true });
  }

  /**
   * A member whom the person can manage, in a change that has the organization locked.
   * @param role what the member is to become. @throws DaybookError not_found, forbidden
   */
  private async manage(
    change: Change,
    by: SessionPrincipal,
    organization: string,
    userId: string,
    role?: Role,
  ): Promise<{ authority: Authority; member: MemberRow }> {
    const authority = await lockedAuthority(change, by.user, organization);
    authority.require("member.manage");
    const [member] = await memberRows(change.db, organization, userId);
    if (member === undefined) throw noSuchMember();
    if (isOwner(member.role) || (role !== undefined && isOwner(role))) authority.require("owner.manage");
    return { authority, member };
  }
}

async function describe({ db }: Pick<Store, "db"> | Change, rows: readonly MemberRow[]): Promise<Member[]> {
  const ids = rows.map(({ user }) => user.id);
  const [twoFactor, lastActive] = [await twoFactorOf(db, ids), await lastActiveOf(db, ids)];
  return rows.map(({ user, role, joinedAt }) => ({
    ...user,
    role,
    joinedAt,
    twoFactor: twoFactor.has(user.id),
    lastActiveAt: lastActive.get(user.id),
  }));
}

function memberAct(authority: Authority, { user }: MemberRow) {
  return {
    organization: authority.organization.id,
    actor: authority.actor,
    resource: { type: "member", id: user.id, name: user.name },
  };
}

async function requireAnotherOwner({ db }: Change, organization: string, userId: string): Promise<void> {
  const other = await db
    .selectFrom("member")
    .select("id")
    .where("organizationId", "=", organization)
    .where("userId", "<>", userId)
    .where("role", "=", "owner")
    .limit(1)
    .executeTakeFirst();
  if (other !== undefined) return;
  throw new DaybookError("last_owner", "An organization needs at least one owner. Give somebody else this role first.");
}

function noSuchMember(): DaybookError {
  return new DaybookError("not_found", "There is no such member.");
}
