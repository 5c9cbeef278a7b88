import { DaybookError } from "../errors.ts";
import {
  type Identity,
  noSuchOrganization,
  type Permission,
  type Principal,
  type Scope,
  type ViewerPrincipal,
} from "../identity/index.ts";
import { actorOf, originOf } from "./actor.ts";
import type { Allow } from "./allow.ts";
import { readableOrganization, requireScope } from "./authorization.ts";
import type { Call } from "./route.ts";

/** Whoever manages something of one organization, and which that is. */
export interface Manager {
  readonly organization: string;
  readonly principal: Principal | ViewerPrincipal;
}

/** Whoever has this permission in the organization that the path names, its keys and the platform's with the scope, and its viewers whose token carries it. */
export function managing(permission: Permission, scope: Scope): Allow<Manager> {
  return {
    security: [{ key: [] }, { session: [] }],
    async admit({ identity, headers, params: { id = "" } }) {
      const principal = await identity.authenticateReader(headers);
      if (principal.type === "viewer")
        return { organization: organizationOfViewer(principal, { id, scope }), principal };
      const organization =
        principal.type === "session"
          ? await readableOrganization(identity, principal, id, permission)
          : await organizationOfKey(identity, principal, { id, scope });
      return { organization, principal };
    },
  };
}

/** Who changes it, and from where, as its events keep it. */
export function changedBy({
  c,
  by: { principal, organization },
}: Pick<Call<string, unknown, unknown, Manager>, "c" | "by">) {
  return { actor: actorOf(principal, organization), origin: originOf(c, principal) };
}

function organizationOfViewer(
  { organization, scopes }: ViewerPrincipal,
  { id, scope }: { readonly id: string; readonly scope: Scope },
): string {
  if (!scopes.some((one) => one === scope)) throw new DaybookError("forbidden", `This token lacks the scope ${scope}.`);
  if (organization !== id) throw noSuchOrganization();
  return id;
}

async function organizationOfKey(
  identity: Identity,
  key: Principal & { type: "api_key" },
  { id, scope }: { readonly id: string; readonly scope: Scope },
): Promise<string> {
  if (key.organization !== undefined && key.organization !== id) throw noSuchOrganization();
  requireScope(key, scope);
  if (!(await identity.organizationExists(id))) throw noSuchOrganization();
  return id;
}
