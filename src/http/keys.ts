import { type OpenAPIHono, z } from "@hono/zod-openapi";
import { DaybookError } from "../errors.ts";
import {
  type Identity,
  type KeyInfo,
  type KeyPrincipal,
  PLATFORM_ORGANIZATION,
  type Principal,
  SCOPES,
  type Scope,
} from "../identity/contract.ts";
import { newKeyRequest } from "../identity/input.ts";
import { mayGrant, type Permission, permits } from "../identity/permissions.ts";
import { roleForbids } from "../identity/standing.ts";
import { parseParameters } from "../search/filters.ts";
import { single } from "../search/parameters.ts";
import { actorOf, originOf } from "./actor.ts";
import type { Env } from "./env.ts";
import { readInputOf } from "./input.ts";
import { onlyParameters } from "./parameters.ts";
import { problems } from "./problem.ts";

/** `/v1/keys`: making, listing and revoking API keys, by whoever may in the organization concerned. */
export function keyRoutes(app: OpenAPIHono<Env>, identity: Identity): void {
  app.openAPIRegistry.registerPath({
    ...shared,
    method: "post",
    summary: "Make an API key",
    description:
      "A key makes keys for its own organization only (a platform key for any), with scopes it has itself, and none that outlives it. Only the platform's owner and its keys make keys of the platform.",
    request: { body: { required: true, content: { "application/json": { schema: newKeyRequest } } } },
    responses: {
      201: { description: "The key, shown this once", content: { "application/json": { schema: createdKeySchema } } },
      ...problems(400, 401, 403, 404, 413, 415, 422, 503),
    },
  });
  app.post("/v1/keys", async (c) => {
    const authenticate = () => identity.authenticate(c.req.raw.headers);
    const { by: principal, input: asked } = await readInputOf(c, authenticate, newKeyRequest);
    const { organization: named, name, scopes, expires_at } = asked;
    const organization = keysOf(principal, named, "api_key.manage", "/organization");
    requireGrant(principal, organization, scopes);
    const expiresAt = expires_at === undefined ? undefined : Date.parse(expires_at);
    if (principal.type === "api_key") await requireNotToOutlive(identity, principal, expiresAt);
    const until = expiresAt === undefined ? {} : { expiresAt };
    const input = { organization: stored(organization), name, scopes, ...until };
    const created = await identity.createKey(input, actorOf(principal, organization), originOf(c, principal));
    return c.json({ ...describeKey(created), key: created.key }, 201);
  });

  app.openAPIRegistry.registerPath({
    ...shared,
    method: "get",
    summary: "API keys that are not revoked, newest first",
    request: { query: listQuery },
    responses: {
      200: { description: "Keys", content: { "application/json": { schema: z.object({ data: z.array(keySchema) }) } } },
      ...problems(400, 401, 403, 404),
    },
  });
  app.get("/v1/keys", async (c) => {
    const principal = await identity.authenticate(c.req.raw.headers);
    const { organization: named } = parseParameters(listQuery, new URL(c.req.url).searchParams);
    const organization = keysOf(principal, named, "api_key.read", "organization");
    return c.json({ data: (await identity.listKeys(stored(organization))).map(describeKey) });
  });

  app.openAPIRegistry.registerPath({
    ...shared,
    path: "/v1/keys/{id}",
    method: "delete",
    summary: "Revoke an API key, at once and for ever",
    request: { params: z.object({ id: z.string() }) },
    responses: { 204: { description: "It is refused from now on" }, ...problems(401, 403, 404, 503) },
  });
  app.delete("/v1/keys/:id", async (c) => {
    const principal = await identity.authenticate(c.req.raw.headers);
    const key = await identity.findKey(c.req.param("id"));
    if (key === undefined) throw noSuchKey();
    const organization = key.organization ?? PLATFORM_ORGANIZATION;
    if (!belongsTo(principal, organization)) throw noSuchKey();
    keysOf(principal, organization, "api_key.manage", "organization");
    await identity.revokeKey(key.id, actorOf(principal, organization), originOf(c, principal));
    return c.body(null, 204);
  });
}

const keySchema = z
  .object({
    id: z.string(),
    organization: z.string().meta({ description: `\`${PLATFORM_ORGANIZATION}\` for a key of the platform.` }),
    name: z.string(),
    prefix: z.string().meta({ description: "How the key begins." }),
    scopes: z.array(z.enum(SCOPES)),
    created_by: z.looseObject({ type: z.string() }),
    created_at: z.string().meta({ format: "date-time" }),
    expires_at: z.string().nullable().meta({ format: "date-time" }),
    last_used_at: z.string().nullable().meta({ format: "date-time", description: "At most a minute behind." }),
  })
  .meta({ id: "Key" });

const createdKeySchema = keySchema.extend({ key: z.string() }).meta({ id: "CreatedKey" });

const listQuery = onlyParameters({
  organization: single("Whose keys: an organization's id. Default: your own.", "acme").optional(),
});

const shared = { path: "/v1/keys", tags: ["Keys"], security: [{ key: [] }, { session: [] }] };

function describeKey(key: KeyInfo) {
  const time = (ms: number | undefined) => (ms === undefined ? null : new Date(ms).toISOString());
  return {
    id: key.id,
    organization: key.organization ?? PLATFORM_ORGANIZATION,
    name: key.name,
    prefix: key.prefix,
    scopes: key.scopes,
    created_by: key.createdBy,
    created_at: time(key.createdAt),
    expires_at: time(key.expiresAt),
    last_used_at: time(key.lastUsedAt),
  };
}

/**
 * Whose keys a request is about, if its sender may do that there.
 * @param named as the request names it. @param at where it does: a body's pointer, or a parameter.
 * @throws DaybookError forbidden, not_found, invalid_input, invalid_parameter
 */
function keysOf(principal: Principal, named: string | undefined, permission: Permission, at: string): string {
  const organization = named ?? ownOrganization(principal, at);
  if (!belongsTo(principal, organization)) throw new DaybookError("not_found", "There is no such organization.");
  if (principal.type === "api_key") {
    if (!principal.scopes.includes("keys:manage"))
      throw new DaybookError("forbidden", "This key lacks the scope keys:manage.");
    return organization;
  }
  const membership = principal.memberships.find((one) => one.organization === organization);
  if (membership === undefined) throw new DaybookError("not_found", "There is no such organization.");
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

/** Nobody gives a key what they may not do themselves. @throws DaybookError forbidden */
function requireGrant(principal: Principal, organization: string, scopes: readonly Scope[]): void {
  if (principal.type === "api_key") {
    const lacking = scopes.filter((scope) => !principal.scopes.includes(scope));
    if (lacking.length === 0) return;
    throw new DaybookError("forbidden", `A key grants only scopes it has itself; it lacks ${lacking.join(", ")}.`);
  }
  const membership = principal.memberships.find((one) => one.organization === organization);
  // What only keys of the platform can have is refused as input, with its pointer, where the key is made.
  const refused = scopes.filter((scope) => scope !== "organizations:write" || organization === PLATFORM_ORGANIZATION);
  if (membership !== undefined && refused.every((scope) => mayGrant(membership, scope))) return;
  throw new DaybookError(
    "forbidden",
    `Nobody gives a key what they may not do themselves; your role ${membership?.role} may not grant ${scopes.join(", ")}.`,
  );
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
