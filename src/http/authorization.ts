import { DaybookError } from "../errors.ts";
import {
  type Identity,
  type KeyPrincipal,
  noSuchOrganization,
  ownsPlatform,
  type Permission,
  PLATFORM_ORGANIZATION,
  type Principal,
  permits,
  roleForbids,
  type Scope,
  type SessionPrincipal,
  visitorMayNot,
  visitorPermissions,
} from "../identity/index.ts";

/**
 * Which organization a request can read. What belongs to another organization answers exactly like what does not exist.
 *
 * @param named the `tenant_id` parameter, if given.
 * @throws DaybookError `forbidden`, `not_found`, `invalid_parameter`
 */
export async function readableOrganization(
  identity: Identity,
  principal: Principal,
  named: string | undefined,
  permission: Permission,
): Promise<string> {
  if (principal.type === "session") return ofSession(identity, principal, named, permission);
  requireScope(principal, "events:read");
  if (principal.organization !== undefined) {
    if (named !== undefined && named !== principal.organization) throw noSuchOrganization();
    return principal.organization;
  }
  if (named === undefined) throw mustBeNamed("A platform key must name the organization.");
  if (!(await identity.organizationExists(named))) throw noSuchOrganization();
  return named;
}

export function requireScope(principal: Principal, scope: Scope): asserts principal is KeyPrincipal {
  if (principal.type !== "api_key") throw new DaybookError("forbidden", "This needs an API key.");
  if (!principal.scopes.includes(scope)) throw new DaybookError("forbidden", `This key lacks the scope ${scope}.`);
}

/** One of the person's own organizations; any, for the platform owner. */
async function ofSession(
  identity: Identity,
  { memberships }: SessionPrincipal,
  named: string | undefined,
  permission: Permission,
): Promise<string> {
  const own = memberships.filter(({ organization }) => organization !== PLATFORM_ORGANIZATION);
  const only = own.length > 0 ? own : memberships;
  if (named === undefined && only.length === 0) {
    throw new DaybookError("forbidden", "You belong to no organization. An owner or admin of yours can invite you.");
  }
  if (named === undefined && only.length !== 1) throw mustBeNamed("You belong to several organizations; name one.");
  const membership = named === undefined ? only[0] : memberships.find(({ organization }) => organization === named);
  if (!membership) {
    const visited = named !== undefined && ownsPlatform(memberships) ? await identity.organization(named) : undefined;
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
