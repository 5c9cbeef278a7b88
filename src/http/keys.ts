import { z } from "@hono/zod-openapi";
import { DaybookError } from "../errors.ts";
import {
  actorOf,
  type Identity,
  type KeyInfo,
  type KeyPrincipal,
  mayGrant,
  newKeyRequest,
  noSuchOrganization,
  type Permission,
  PLATFORM_ORGANIZATION,
  type Principal,
  permits,
  roleForbids,
  SCOPES,
  type Scope,
} from "../identity/index.ts";
import { single } from "../query/index.ts";
import { keyOrPerson } from "./allow.ts";
import { actor, json, nothing, time } from "./answers.ts";
import { originOf } from "./origin.ts";
import { onlyParameters } from "./parameters.ts";
import type { Parts } from "./parts.ts";
import type { Api } from "./route.ts";

const keySchema = z
  .object({
    id: z.string(),
    organization: z.string().meta({ description: `\`${PLATFORM_ORGANIZATION}\` for a key of the platform.` }),
    name: z.string(),
    prefix: z.string().meta({ description: "How the key begins." }),
    scopes: z.array(z.enum(SCOPES)),
    created_by: actor,
    created_at: time,
    expires_at: time.nullable(),
    last_used_at: time.nullable().meta({ description: "At most a minute behind." }),
  })
  .meta({ id: "Key" });

const createdKeySchema = keySchema.extend({ key: z.string() }).meta({ id: "CreatedKey" });

const listQuery = onlyParameters({
  organization: single("Whose keys: an organization's id. Default: your own.", "acme").optional(),
});

const shared = { path: "/v1/keys", tag: "Keys", allow: keyOrPerson } as const;

/** `/v1/keys`: creating, listing and revoking API keys, by whoever can in the organization concerned. */
export function keyRoutes(api: Api, { identity }: Pick<Parts, "identity">): void {
  api.route(
    {
      ...shared,
      method: "post",
      summary: "Create an API key",
      description:
        "A key can create keys for its own organization (a platform key for any), with only its own scopes and no later expiry. Only the platform owner and platform keys can create platform keys.",
      body: newKeyRequest,
      answers: { 201: json("The key, shown this once", createdKeySchema) },
      problems: [404],
    },
    async ({ c, by: principal, input: asked }) => {
      const { organization: named, name, scopes, expires_at } = asked;
      const organization = keysOf(principal, named, "api_key.manage", "/organization");
      requireGrant(principal, organization, scopes);
      const expiresAt = expires_at === undefined ? undefined : Date.parse(expires_at);
      if (principal.type === "api_key") await requireNotToOutlive(identity, principal, expiresAt);
      const until = expiresAt === undefined ? {} : { expiresAt };
      const input = { organization: stored(organization), name, scopes, ...until };
      const created = await identity.createKey(input, actorOf(principal, organization), originOf(c, principal));
      return [201, { ...describeKey(created), key: created.key }];
    },
  );
  api.route(
    {
      ...shared,
      method: "get",
      summary: "API keys that are not revoked, newest first",
      query: listQuery,
      answers: { 200: json("Keys", z.object({ data: z.array(keySchema) })) },
      problems: [404],
    },
    async ({ by, query }) => {
      const organization = keysOf(by, query.organization, "api_key.read", "organization");
      return [200, { data: (await identity.listKeys(stored(organization))).map(describeKey) }];
    },
  );
  api.route(
    {
      ...shared,
      path: "/v1/keys/{id}",
      method: "delete",
      summary: "Revoke an API key, at once and for ever",
      answers: { 204: nothing("It is refused from now on") },
      problems: [404],
    },
    async ({ c, by, params }) => {
      const key = await identity.findKey(params.id);
      if (key === undefined) throw noSuchKey();
      const organization = key.organization ?? PLATFORM_ORGANIZATION;
      if (!belongsTo(by, organization)) throw noSuchKey();
      keysOf(by, organization, "api_key.manage", "organization");
      await identity.revokeKey(key.id, actorOf(by, organization), originOf(c, by));
      return [204];
    },
  );
}

function describeKey(key: KeyInfo) {
  const instant = (ms: number | undefined) => (ms === undefined ? null : new Date(ms).toISOString());
  return {
    id: key.id,
    organization: key.organization ?? PLATFORM_ORGANIZATION,
    name: key.name,
    prefix: key.prefix,
    scopes: key.scopes,
    created_by: { ...key.createdBy },
    created_at: new Date(key.createdAt).toISOString(),
    expires_at: instant(key.expiresAt),
    last_used_at: instant(key.lastUsedAt),
  };
}

/**
 * Whose keys a request is about, if its sender may do that there.
 * @param named as the request names it. @param at where it does: a body's pointer, or a parameter.
 * @throws DaybookError forbidden, not_found, invalid_input, invalid_parameter
 */
function keysOf(principal: Principal, named: string | undefined, permission: Permission, at: string): string {
  const organization = named ?? ownOrganization(principal, at);
  if (!belongsTo(principal, organization)) throw noSuchOrganization();
  if (principal.type === "api_key") {
    if (!principal.scopes.includes("keys:manage"))
      throw new DaybookError("forbidden", "This key lacks the scope keys:manage.");
    return organization;
  }
  const membership = principal.memberships.find((one) => one.organization === organization);
  if (membership === undefined) throw noSuchOrganization();
  if (!permits(membership, permission)) throw roleForbids(membership, permission);
  return organization;
}

function ownOrganization(principal: Principal, at: string): string {
  if (principal.type === "api_key") return principal.organization ?? PLATFORM_ORGANIZATION;
  const own = principal.memberships.filter(({ organization }) => organization !== PLATFORM_ORGANIZATION);
  if (own.length === 1 && own[0] !== undefined) return own[0].organization;
  const errors = [{ pointer: at, message: "is required" }];
  const code = at.startsWith("/") ? "invalid_input" : "invalid_parameter";
  throw new DaybookError(code, "You belong to several organizations; name one.", { errors });
}

/** Nobody gives a key what they cannot do themselves. @throws DaybookError forbidden */
function requireGrant(principal: Principal, organization: string, scopes: readonly Scope[]): void {
  if (principal.type === "api_key") {
    const lacking = scopes.filter((scope) => !principal.scopes.includes(scope));
    if (lacking.length === 0) return;
    throw new DaybookError("forbidden", `This key can grant only its own scopes; it lacks ${lacking.join(", ")}.`);
  }
  const membership = principal.memberships.find((one) => one.organization === organization);
  // What only keys of the platform can have is refused as input, with its pointer, where the key is made.
  const refused = scopes.filter((scope) => scope !== "organizations:write" || organization === PLATFORM_ORGANIZATION);
  if (membership !== undefined && refused.every((scope) => mayGrant(membership, scope))) return;
  throw new DaybookError("forbidden", `Your role ${membership?.role} cannot grant ${scopes.join(", ")}.`);
}

/** @throws DaybookError invalid_input */
async function requireNotToOutlive(
  identity: Identity,
  maker: KeyPrincipal,
  expiresAt: number | undefined,
): Promise<void> {
  const end = (await identity.findKey(maker.id))?.expiresAt;
  if (end === undefined || (expiresAt !== undefined && expiresAt <= end)) return;
  const message = `must not be later than ${new Date(end).toISOString()}, when the key that makes it expires`;
  throw new DaybookError("invalid_input", "The input is not valid.", { errors: [{ pointer: "/expires_at", message }] });
}

/** Whether an organization exists as far as the sender is concerned. */
function belongsTo(principal: Principal, organization: string): boolean {
  if (principal.type === "api_key")
    return principal.organization === undefined || principal.organization === organization;
  return principal.memberships.some((membership) => membership.organization === organization);
}

/** A key of the platform has no organization. */
function stored(organization: string): string | undefined {
  return organization === PLATFORM_ORGANIZATION ? undefined : organization;
}

function noSuchKey(): DaybookError {
  return new DaybookError("not_found", "There is no such key.");
}
