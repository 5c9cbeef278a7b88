import { DaybookError } from "../errors.ts";
import { noSuchOrganization, roleForbids, visitorMayNot } from "./authority.ts";
import type { Organizations } from "./organizations.ts";
import { ownsPlatform, type Permission, permits, visitorPermissions } from "./permissions.ts";
import type { KeyPrincipal, Principal, SessionPrincipal, ViewerPrincipal } from "./principals.ts";
import { PLATFORM_ORGANIZATION, type Scope } from "./vocabulary.ts";

/** Which organizations there are. */
export type Existing = Pick<Organizations, "exists" | "find">;

/**
 * Which organization a request can read. What belongs to another organization answers exactly like what does not exist.
 *
 * @param named the organization that is asked for, if any.
 * @throws DaybookError `forbidden`, `not_found`, `invalid_parameter`
 */
export async function readableOrganization(
  organizations: Existing,
  principal: Principal,
  permission: Permission,
  named: string | undefined,
): Promise<string> {
  if (principal.type === "session") return ofSession(organizations, principal, permission, named);
  requireScope(principal, "events:read");
  return ofKey(organizations, principal, named);
}

/** Whoever manages something of one organization, and which that is. */
export interface Manager {
  readonly organization: string;
  readonly principal: Principal | ViewerPrincipal;
}

/** What somebody has to be allowed to do in an organization: by their role a person, by its scopes a key or a token. */
export interface Managing {
  readonly organization: string;
  readonly permission: Permission;
  readonly scope: Scope;
}

/** @throws DaybookError `forbidden`, `not_found` */
export async function managerOf(
  organizations: Existing,
  principal: Principal | ViewerPrincipal,
  { organization, permission, scope }: Managing,
): Promise<Manager> {
  if (principal.type === "session") {
    await ofSession(organizations, principal, permission, organization);
    return { organization, principal };
  }
  const own = principal.organization;
  if (principal.type === "viewer") requireScopeOfViewer(principal, scope);
  if (own !== undefined && own !== organization) throw noSuchOrganization();
  if (principal.type === "api_key") {
    requireScope(principal, scope);
    await ofKey(organizations, principal, organization);
  }
  return { organization, principal };
}

export function requireScope(principal: Principal, scope: Scope): asserts principal is KeyPrincipal {
  if (principal.type !== "api_key") throw new DaybookError("forbidden", "This needs an API key.");
  if (!principal.scopes.includes(scope)) throw new DaybookError("forbidden", `This key lacks the scope ${scope}.`);
}

function requireScopeOfViewer({ scopes }: ViewerPrincipal, scope: Scope): void {
  if (!scopes.some((one) => one === scope)) throw new DaybookError("forbidden", `This token lacks the scope ${scope}.`);
}

/** The key's own organization; any, for a key of the platform. */
async function ofKey(organizations: Existing, key: KeyPrincipal, named: string | undefined): Promise<string> {
  const own = key.organization;
  if (own !== undefined) {
    if (named !== undefined && named !== own) throw noSuchOrganization();
    return own;
  }
  if (named === undefined) throw mustBeNamed("A platform key must name the organization.");
  if (!(await organizations.exists(named))) throw noSuchOrganization();
  return named;
}

/** One of the person's own organizations; any, for the platform owner. */
async function ofSession(
  organizations: Existing,
  { memberships }: SessionPrincipal,
  permission: Permission,
  named: string | undefined,
): Promise<string> {
  const own = memberships.filter(({ organization }) => organization !== PLATFORM_ORGANIZATION);
  const only = own.length > 0 ? own : memberships;
  if (named === undefined && only.length === 0) {
    throw new DaybookError(
      "forbidden",
      "You do not belong to an organization. Ask an owner or admin of one to invite you.",
    );
  }
  if (named === undefined && only.length !== 1) throw mustBeNamed("You belong to several organizations; name one.");
  const membership = named === undefined ? only[0] : memberships.find(({ organization }) => organization === named);
  if (!membership) {
    const visited = named !== undefined && ownsPlatform(memberships) ? await organizations.find(named) : undefined;
    if (visited === undefined) throw noSuchOrganization();
    if (!visitorPermissions(true).includes(permission)) throw visitorMayNot(visited);
    return visited.id;
  }
  if (!permits(membership, permission)) throw roleForbids(membership, permission);
  return membership.organization;
}

function mustBeNamed(detail: string): DaybookError {
  return new DaybookError("invalid_parameter", detail, { errors: [{ pointer: "tenant_id", message: "is required" }] });
}
