import { type OpenAPIHono, z } from "@hono/zod-openapi";
import { DaybookError } from "../errors.ts";
import { organizationId } from "../event/schema.ts";
import type { Actor, Identity, Principal } from "../identity/contract.ts";
import { organizationChange, organizationNaming } from "../identity/input.ts";
import { type OrganizationInfo, PERSONAL_IDS } from "../identity/people-contract.ts";
import { ownsPlatform, PERMISSIONS, permits, visitorPermissions } from "../identity/permissions.ts";
import { noSuchOrganization, roleForbids } from "../identity/standing.ts";
import { parseParameters } from "../search/filters.ts";
import { LIMIT_DEFAULT, pageParameters, single } from "../search/parameters.ts";
import { person } from "./access.ts";
import { actorOf, originOf } from "./actor.ts";
import type { Env } from "./env.ts";
import { readInputOf } from "./input.ts";
import { onlyParameters } from "./parameters.ts";
import { problems } from "./problem.ts";

/** `/v1/organizations`: making them, their settings, and for the platform the list of all. */
export function organizationRoutes(app: OpenAPIHono<Env>, identity: Identity): void {
  makingRoute(app, identity);
  settingsRoutes(app, identity);
  listRoute(app, identity);
}

function makingRoute(app: OpenAPIHono<Env>, identity: Identity): void {
  const schema = z.object({ id: z.string(), name: z.string() }).meta({ id: "NamedOrganization" });
  const named = (description: string) => ({ description, ...json(schema) });
  app.openAPIRegistry.registerPath({
    ...one,
    method: "put",
    summary: "Make or rename an organization",
    description:
      "With a platform key of scope `organizations:write`. The platform's owner makes organizations by session; who may change an organization's settings renames it.",
    request: { ...one.request, body: { required: true, ...json(organizationNaming) } },
    responses: {
      200: named("It was there; it has this name now"),
      201: named("Made"),
      ...problems(400, 401, 403, 404, 413, 415, 422, 503),
    },
  });
  app.put("/v1/organizations/:id", async (c) => {
    const id = c.req.param("id");
    const letThrough = async () => {
      const principal = await identity.authenticate(c.req.raw.headers);
      return { ...writer(principal, id), origin: originOf(c, principal) };
    };
    const { by: sender, input } = await readInputOf(c, letThrough, organizationNaming);
    const { by, origin, mayRename } = sender;
    const { created, ...written } = await identity.putOrganization(id, input.name, by, origin, mayRename);
    return c.json(written, created ? 201 : 200);
  });
}

function settingsRoutes(app: OpenAPIHono<Env>, identity: Identity): void {
  const settings = { 200: { description: "The organization", ...json(seenSchema) } };
  app.openAPIRegistry.registerPath({
    ...one,
    method: "get",
    summary: "An organization",
    responses: { ...settings, ...problems(401, 403, 404) },
  });
  app.get("/v1/organizations/:id", async (c) => {
    const principal = await identity.authenticate(c.req.raw.headers);
    const id = c.req.param("id");
    const organization = maySee(principal, id) ? await identity.organization(id) : undefined;
    if (organization === undefined) throw noSuchOrganization();
    const described = describeOrganization(organization);
    if (principal.type === "api_key") return c.json(described);
    return c.json({ ...described, permissions: await identity.permissionsIn(id, principal) });
  });

  app.openAPIRegistry.registerPath({
    ...one,
    method: "patch",
    summary: "Change an organization's settings",
    description: "What is left out stays as it is.",
    security: [{ session: [] }],
    request: { ...one.request, body: { required: true, ...json(organizationChange) } },
    responses: { ...settings, ...problems(400, 401, 403, 404, 413, 415, 422, 503) },
  });
  app.patch("/v1/organizations/:id", async (c) => {
    const { by, input } = await readInputOf(c, () => person(identity, c.req.raw.headers), organizationChange);
    const settings = { name: input.name, timeZone: input.time_zone, personalIds: input.personal_ids };
    const id = c.req.param("id");
    const changed = await identity.updateOrganization(id, settings, by, originOf(c, by));
    return c.json({ ...describeOrganization(changed), permissions: await identity.permissionsIn(id, by) });
  });
}

function listRoute(app: OpenAPIHono<Env>, identity: Identity): void {
  app.openAPIRegistry.registerPath({
    ...shared,
    path: "/v1/organizations",
    method: "get",
    summary: "Every organization, by id",
    description: "For platform keys and the platform's owner.",
    request: { query: listQuery },
    responses: {
      200: {
        description: "One page",
        ...json(z.object({ data: z.array(listedSchema), next_cursor: z.string().nullable() })),
      },
      ...problems(400, 401, 403),
    },
  });
  app.get("/v1/organizations", async (c) => {
    const principal = await identity.authenticate(c.req.raw.headers);
    if (!ofPlatform(principal)) {
      throw new DaybookError("forbidden", "Only the platform's owner and its keys list every organization.");
    }
    const { q, cursor, limit = LIMIT_DEFAULT } = parseParameters(listQuery, new URL(c.req.url).searchParams);
    const after = cursor === undefined ? undefined : positionOf(cursor);
    const { organizations, more } = await identity.listOrganizations({ q, after, limit });
    const data = organizations.map(({ members, ...organization }) => {
      const { id, name, time_zone, created_at } = describeOrganization(organization);
      return { id, name, time_zone, created_at, members };
    });
    const last = organizations.at(-1);
    return c.json({ data, next_cursor: more && last !== undefined ? cursorBehind(last.id) : null });
  });
}

function json(schema: z.ZodType) {
  return { content: { "application/json": { schema } } };
}

const shared = { tags: ["Organizations"], security: [{ key: [] }, { session: [] }] };

const one = {
  ...shared,
  path: "/v1/organizations/{id}",
  request: {
    params: z.object({ id: z.string().meta({ description: "The events' tenant_id: 1 to 128 of A-Z a-z 0-9 . _ -" }) }),
  },
};

const fields = {
  id: z.string(),
  name: z.string(),
  time_zone: z.string().nullable().meta({ description: "IANA name; null: each reader's own." }),
  created_at: z.string().meta({ format: "date-time" }),
};

const organizationSchema = z
  .object({
    ...fields,
    personal_ids: z.enum(PERSONAL_IDS).meta({
      description:
        "What happens to events whose permanent fields look like an e-mail address or a phone number: stored with a warning, or refused.",
    }),
    retention_days: z
      .null()
      .meta({ description: "Days after which events are deleted; null: they are kept for ever." }),
  })
  .meta({ id: "Organization" });

const seenSchema = organizationSchema
  .extend({
    permissions: z
      .array(z.enum(PERMISSIONS))
      .optional()
      .meta({ description: "For a session: what its person may do there." }),
  })
  .meta({ id: "SeenOrganization" });

const listedSchema = z.object({ ...fields, members: z.number().int() }).meta({ id: "ListedOrganization" });

const listQuery = onlyParameters({
  q: single("Occurs in the id or the name; case does not matter, no wildcards.", "acme")
    .max(200, "must be at most 200 characters")
    .refine((text) => !text.includes("\0"), "must not hold U+0000")
    .optional(),
  cursor: single("`next_cursor` of the page before.", "YWNtZQ").optional(),
  limit: pageParameters.shape.limit.meta({ description: `Organizations a page. Default: ${LIMIT_DEFAULT}.` }),
});

function describeOrganization({ id, name, timeZone, personalIds, createdAt }: OrganizationInfo) {
  return {
    id,
    name,
    time_zone: timeZone,
    personal_ids: personalIds,
    created_at: new Date(createdAt).toISOString(),
    retention_days: null,
  };
}

/** A cursor is the last id of its page: what is made meanwhile stands on a later page, or on none. */
function cursorBehind(id: string): string {
  return Buffer.from(id).toString("base64url");
}

/** @throws DaybookError invalid_cursor */
function positionOf(cursor: string): string {
  const id = Buffer.from(cursor, "base64url").toString("latin1");
  if (organizationId.safeParse(id).success && cursorBehind(id) === cursor) return id;
  throw new DaybookError("invalid_cursor", "The cursor does not belong to this query.");
}

/** Who may write an organization, as the actor of it, and whether only to make it. */
function writer(principal: Principal, id: string): { by: Actor; mayRename: boolean } {
  const by = actorOf(principal, id);
  if (principal.type === "api_key") {
    if (principal.organization !== undefined) throw new DaybookError("forbidden", "This needs a key of the platform.");
    if (!principal.scopes.includes("organizations:write")) {
      throw new DaybookError("forbidden", "This key lacks the scope organizations:write.");
    }
    return { by, mayRename: true };
  }
  const makes = principal.memberships.some((membership) => permits(membership, "organization.create"));
  const membership = principal.memberships.find(({ organization }) => organization === id);
  if (membership === undefined && !makes) throw noSuchOrganization();
  if (membership !== undefined && !permits(membership, "organization.update")) {
    throw roleForbids(membership, "organization.update");
  }
  return { by, mayRename: membership !== undefined };
}

function ofPlatform(principal: Principal): boolean {
  if (principal.type === "api_key") return principal.organization === undefined;
  return ownsPlatform(principal.memberships);
}

function maySee(principal: Principal, id: string): boolean {
  if (principal.type === "api_key") return principal.organization === undefined || principal.organization === id;
  const membership = principal.memberships.find(({ organization }) => organization === id);
  if (membership !== undefined) return permits(membership, "organization.read");
  return ownsPlatform(principal.memberships) && visitorPermissions(true).includes("organization.read");
}
