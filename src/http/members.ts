import { type OpenAPIHono, z } from "@hono/zod-openapi";
import { type Identity, ROLES } from "../identity/contract.ts";
import { roleChange } from "../identity/input.ts";
import type { Member } from "../identity/people-contract.ts";
import { person } from "./access.ts";
import { originOf } from "./actor.ts";
import type { Env } from "./env.ts";
import { readInputOf } from "./input.ts";
import { problems } from "./problem.ts";

/** `/v1/organizations/{id}/members`: the people of an organization, by session alone. */
export function memberRoutes(app: OpenAPIHono<Env>, identity: Identity): void {
  app.openAPIRegistry.registerPath({
    ...shared,
    path: "/v1/organizations/{id}/members",
    method: "get",
    summary: "Members, by name",
    request: { params: z.object({ id: z.string() }) },
    responses: {
      200: { description: "Members", ...json(z.object({ data: z.array(memberSchema) })) },
      ...problems(401, 403, 404),
    },
  });
  app.get("/v1/organizations/:id/members", async (c) => {
    const by = await person(identity, c.req.raw.headers);
    const members = await identity.members.list(c.req.param("id"), by);
    return c.json({ data: members.map(describeMember) });
  });

  const one = {
    ...shared,
    path: "/v1/organizations/{id}/members/{user_id}",
    request: { params: z.object({ id: z.string(), user_id: z.string() }) },
  };
  app.openAPIRegistry.registerPath({
    ...one,
    method: "patch",
    summary: "Give a member another role",
    description: "Only an owner makes an owner or changes one. The last owner stays one.",
    request: { ...one.request, body: { required: true, ...json(roleChange) } },
    responses: {
      200: { description: "The member", ...json(memberSchema) },
      ...problems(400, 401, 403, 404, 409, 413, 415, 422, 503),
    },
  });
  app.patch("/v1/organizations/:id/members/:user_id", async (c) => {
    const { by, input } = await readInputOf(c, () => person(identity, c.req.raw.headers), roleChange);
    const { id, user_id } = c.req.param();
    return c.json(describeMember(await identity.members.changeRole(id, user_id, input.role, by, originOf(c, by))));
  });

  app.openAPIRegistry.registerPath({
    ...one,
    method: "delete",
    summary: "Remove a member",
    description: "Nobody removes themselves. Their access ends with the next request, also of streams that are open.",
    responses: { 204: { description: "Removed" }, ...problems(401, 403, 404, 409, 503) },
  });
  app.delete("/v1/organizations/:id/members/:user_id", async (c) => {
    const by = await person(identity, c.req.raw.headers);
    const { id, user_id } = c.req.param();
    await identity.members.remove(id, user_id, by, originOf(c, by));
    return c.body(null, 204);
  });
}

const shared = { tags: ["People"], security: [{ session: [] }] };

const memberSchema = z
  .object({
    user_id: z.string(),
    name: z.string(),
    email: z.string(),
    role: z.enum(ROLES),
    joined_at: z.string().meta({ format: "date-time" }),
    two_factor: z.boolean(),
    last_active_at: z.string().nullable().meta({ format: "date-time", description: "At most five minutes behind." }),
  })
  .meta({ id: "Member" });

function json(schema: z.ZodType) {
  return { content: { "application/json": { schema } } };
}

function describeMember(member: Member) {
  return {
    user_id: member.id,
    name: member.name,
    email: member.email,
    role: member.role,
    joined_at: new Date(member.joinedAt).toISOString(),
    two_factor: member.twoFactor,
    last_active_at: member.lastActiveAt === undefined ? null : new Date(member.lastActiveAt).toISOString(),
  };
}
