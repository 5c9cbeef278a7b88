import type { Kysely } from "kysely";
import { DaybookError } from "../errors.ts";
import { PLATFORM_OWNER_ROLE, userActor } from "./events.ts";
import type { Actor } from "./own-events.ts";
import { ownsPlatform, type Permission, permissionsOf, visitorPermissions } from "./permissions.ts";
import type { Membership, SessionPrincipal } from "./principals.ts";
import type { Schema } from "./schema.ts";
import { roleOf } from "./sessions.ts";
import type { Change } from "./store.ts";
import { PLATFORM_ORGANIZATION } from "./vocabulary.ts";

/** As whom a person acts in one organization, by the database as it is now. */
export interface Authority {
  readonly organization: { readonly id: string; readonly name: string };
  readonly actor: Actor;
  readonly permissions: readonly Permission[];
  /** @throws DaybookError forbidden */
  require(permission: Permission): void;
}

type Person = SessionPrincipal["user"];

/**
 * A member by their role; the platform owner as a visitor, where they are no member.
 * @throws DaybookError not_found when there is no such organization, or the person has nothing to do with it.
 */
export async function authorityOf(db: Kysely<Schema>, user: Person, organizationId: string): Promise<Authority> {
  const organization = await db
    .selectFrom("organization")
    .select(["id", "name"])
    .where("id", "=", organizationId)
    .executeTakeFirst();
  if (organization === undefined) throw noSuchOrganization();
  const places = await db
    .selectFrom("member")
    .select(["organizationId as organization", "role"])
    .where("userId", "=", user.id)
    .where("organizationId", "in", [organizationId, PLATFORM_ORGANIZATION])
    .execute();
  const known = places.map((place) => ({ ...place, role: roleOf(place.role) }));
  const place = known.find((one) => one.organization === organizationId);
  if (place !== undefined) {
    const forbidden = (permission: Permission) => roleForbids({ ...place, name: organization.name }, permission);
    return authority(organization, userActor(user, place.role), permissionsOf(place), forbidden);
  }
  if (!ownsPlatform(known)) throw noSuchOrganization();
  const permissions = visitorPermissions(await hasOwner(db, organizationId));
  return authority(organization, userActor(user, PLATFORM_OWNER_ROLE), permissions, () => visitorMayNot(organization));
}

/** As `authorityOf`, with the organization locked until the transaction ends: of several changes to its people each sees the one before. */
export async function lockedAuthority(change: Change, user: Person, organizationId: string): Promise<Authority> {
  await lockOrganization(change, organizationId);
  return authorityOf(change.db, user, organizationId);
}

/** Makes other changes of the organization and its people wait until this one has ended. */
export async function lockOrganization({ db }: Change, id: string): Promise<void> {
  await db
    .updateTable("organization")
    .set((eb) => ({ slug: eb.ref("slug") }))
    .where("id", "=", id)
    .execute();
}

/** Why a role cannot do something, and whom to ask. */
export function roleForbids({ role, name }: Pick<Membership, "role" | "name">, permission: Permission): DaybookError {
  const detail =
    permission === "owner.manage"
      ? `The role ${role} cannot do this. Only an owner of ${name} can invite, change or remove owners.`
      : `The role ${role} cannot do this. An owner or admin of ${name} can change your role.`;
  return new DaybookError("forbidden", detail);
}

export function noSuchOrganization(): DaybookError {
  return new DaybookError("not_found", "There is no such organization.");
}

function authority(
  organization: Authority["organization"],
  actor: Actor,
  permissions: readonly Permission[],
  forbidden: (permission: Permission) => DaybookError,
): Authority {
  const require = (permission: Permission) => {
    if (!permissions.includes(permission)) throw forbidden(permission);
  };
  return { organization, actor, permissions, require };
}

async function hasOwner(db: Kysely<Schema>, organizationId: string): Promise<boolean> {
  const owner = await db
    .selectFrom("member")
    .select("id")
    .where("organizationId", "=", organizationId)
    .where("role", "=", "owner")
    .limit(1)
    .executeTakeFirst();
  return owner !== undefined;
}

/** Why the platform owner cannot do something where they are no member, and whom to ask. */
export function visitorMayNot({ name }: { readonly name: string }): DaybookError {
  return new DaybookError(
    "forbidden",
    `The platform owner can only read here. An owner or admin of ${name} can do this, or invite you.`,
  );
}
