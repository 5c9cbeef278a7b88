import { type OpenAPIHono, z } from "@hono/zod-openapi";
import { DaybookError } from "../errors.ts";
import type { Actor, Identity, Principal } from "../identity/contract.ts";
import { organizationNaming } from "../identity/input.ts";
import { permits } from "../identity/permissions.ts";
import { actorOf } from "./actor.ts";
import type { Env } from "./env.ts";
import { readInput } from "./input.ts";
import { problems } from "./problem.ts";

/** `/v1/organizations/{id}`: platform keys make and rename organizations, their admins rename their own. */
export function organizationRoutes(app: OpenAPIHono<Env>, identity: Identity): void {
  app.openAPIRegistry.registerPath({
    ...shared,
    method: "put",
    summary: "Make or rename an organization",
    description: "With a platform key of scope `organizations:write`; a session may rename an organization of its own.",
    request: {
      ...shared.request,
      body: { required: true, content: { "application/json": { schema: organizationNaming } } },
    },
    responses: {
      200: organization("It was there; it has this name now"),
      201: organization("Made"),
      ...problems(400, 401, 403, 404, 413, 415, 422, 503),
    },
  });
  app.put("/v1/organizations/:id", async (c) => {
    const principal = await identity.authenticate(c.req.raw.headers);
    const id = c.req.param("id");
    const by = writer(principal, id);
    const { name } = await readInput(c, organizationNaming);
    const { created, ...written } = await identity.putOrganization(id, name, by, c.get("origin"));
    return c.json(written, created ? 201 : 200);
  });

  app.openAPIRegistry.registerPath({
    ...shared,
    method: "get",
    summary: "An organization",
    responses: { 200: organization("The organization"), ...problems(401, 403, 404) },
  });
  app.get("/v1/organizations/:id", async (c) => {
    const principal = await identity.authenticate(c.req.raw.headers);
    const id = c.req.param("id");
    const name = maySee(principal, id) ? await identity.organizationName(id) : undefined;
    if (name === undefined) throw noSuchOrganization();
    return c.json({ id, name });
  });
}

const shared = {
  path: "/v1/organizations/{id}",
  tags: ["Organizations"],
  security: [{ key: [] }, { session: [] }],
  request: {
    params: z.object({ id: z.string().meta({ description: "The events' tenant_id: 1 to 128 of A-Z a-z 0-9 . _ -" }) }),
  },
};

function organization(description: string) {
  const schema = z.object({ id: z.string(), name: z.string() }).meta({ id: "Organization" });
  return { description, content: { "application/json": { schema } } };
}

/** Who may write an organization, as the actor of it. */
function writer(principal: Principal, id: string): Actor {
  if (principal.type === "api_key") {
    if (principal.organization !== undefined) throw new DaybookError("forbidden", "This needs a key of the platform.");
    if (!principal.scopes.includes("organizations:write")) {
      throw new DaybookError("forbidden", "This key lacks the scope organizations:write.");
    }
    return actorOf(principal, id);
  }
  const membership = principal.memberships.find(({ organization }) => organization === id);
  if (membership === undefined) throw noSuchOrganization();
  if (!permits(membership, "organization.update")) {
    throw new DaybookError("forbidden", `The role ${membership.role} may not rename the organization.`);
  }
  return actorOf(principal, id);
}

function maySee(principal: Principal, id: string): boolean {
  if (principal.type === "api_key") return principal.organization === undefined || principal.organization === id;
  return principal.memberships.some(
    (membership) => membership.organization === id && permits(membership, "organization.read"),
  );
}

function noSuchOrganization(): DaybookError {
  return new DaybookError("not_found", "There is no such organization.");
}
