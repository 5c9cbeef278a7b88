import { type OpenAPIHono, z } from "@hono/zod-openapi";
import { type Identity, ROLES } from "../identity/contract.ts";
import { acceptanceInput, invitationToken, newInvitation } from "../identity/input.ts";
import type { Invitation } from "../identity/people-contract.ts";
import { person } from "./access.ts";
import { originOf } from "./actor.ts";
import type { Env } from "./env.ts";
import { readInput, readInputOf } from "./input.ts";
import { problems } from "./problem.ts";
import { describeSession, sessionSchema, signedIn } from "./session.ts";

/** Asking people into an organization, by a link that its maker hands on; and accepting that. @param publicUrl of the console. */
export function invitationRoutes(app: OpenAPIHono<Env>, identity: Identity, publicUrl: string): void {
  pendingRoutes(app, identity, publicUrl);
  linkRoutes(app, identity);
}

function pendingRoutes(app: OpenAPIHono<Env>, identity: Identity, publicUrl: string): void {
  const all = {
    tags: ["People"],
    security: [{ session: [] }],
    path: "/v1/organizations/{id}/invitations",
    request: { params: z.object({ id: z.string() }) },
  };
  app.openAPIRegistry.registerPath({
    ...all,
    method: "get",
    summary: "Invitations that can still be accepted, newest first",
    responses: {
      200: { description: "Invitations", ...json(z.object({ data: z.array(invitationSchema) })) },
      ...problems(401, 403, 404),
    },
  });
  app.get("/v1/organizations/:id/invitations", async (c) => {
    const by = await person(identity, c.req.raw.headers);
    const invitations = await identity.invitations.list(c.req.param("id"), by);
    return c.json({ data: invitations.map(describeInvitation) });
  });

  app.openAPIRegistry.registerPath({
    ...all,
    method: "post",
    summary: "Invite a person",
    description:
      "The link is shown this once, holds for 7 days and is used up by accepting. A second invitation of the same e-mail replaces the first. Only an owner invites owners.",
    request: { ...all.request, body: { required: true, ...json(newInvitation) } },
    responses: {
      201: { description: "The invitation with its link", ...json(createdSchema) },
      ...problems(400, 401, 403, 404, 409, 413, 415, 422, 503),
    },
  });
  app.post("/v1/organizations/:id/invitations", async (c) => {
    const { by, input } = await readInputOf(c, () => person(identity, c.req.raw.headers), newInvitation);
    const { token, ...made } = await identity.invitations.create(c.req.param("id"), input, by, originOf(c, by));
    return c.json({ ...describeInvitation(made), link: `${publicUrl}/invite#token=${token}` }, 201);
  });

  app.openAPIRegistry.registerPath({
    ...all,
    path: "/v1/organizations/{id}/invitations/{invitation_id}",
    method: "delete",
    summary: "Withdraw an invitation: its link opens nothing any more",
    request: { params: z.object({ id: z.string(), invitation_id: z.string() }) },
    responses: { 204: { description: "Withdrawn" }, ...problems(401, 403, 404, 503) },
  });
  app.delete("/v1/organizations/:id/invitations/:invitation_id", async (c) => {
    const by = await person(identity, c.req.raw.headers);
    const { id, invitation_id } = c.req.param();
    await identity.invitations.withdraw(id, invitation_id, by, originOf(c, by));
    return c.body(null, 204);
  });
}

/** For whoever holds a link. By POST, so that the token stands in no address and no log. */
function linkRoutes(app: OpenAPIHono<Env>, identity: Identity): void {
  const open = { tags: ["People"], method: "post" as const };
  app.openAPIRegistry.registerPath({
    ...open,
    path: "/v1/invitations/look-up",
    summary: "What an invitation is to",
    request: { body: { required: true, ...json(invitationToken) } },
    responses: {
      200: { description: "The invitation", ...json(openSchema) },
      ...problems(400, 401, 403, 413, 415, 422, 429, 503),
    },
  });
  app.post("/v1/invitations/look-up", async (c) => {
    const { token } = await readInput(c, invitationToken);
    const invitation = await identity.invitations.lookUp(token, c.get("origin"));
    return c.json({
      organization: invitation.organization,
      email: invitation.email,
      role: invitation.role,
      invited_by: invitation.invitedBy,
      expires_at: new Date(invitation.expiresAt).toISOString(),
      account: invitation.account,
    });
  });

  app.openAPIRegistry.registerPath({
    ...open,
    path: "/v1/invitations/accept",
    summary: "Accept an invitation",
    description: "A new person gives a name and a password and is signed in. Who has an account signs in first.",
    security: [{}, { session: [] }],
    request: { body: { required: true, ...json(acceptanceInput) } },
    responses: {
      200: { description: "A member, as the person signed in", ...json(sessionSchema) },
      201: { description: "A new person and member, signed in; the cookie is set", ...json(sessionSchema) },
      ...problems(400, 401, 403, 409, 413, 415, 422, 429, 503),
    },
  });
  app.post("/v1/invitations/accept", async (c) => {
    const input = await readInput(c, acceptanceInput);
    const { headers } = c.req.raw;
    const by = await signedIn(identity, headers);
    const accepted = await identity.invitations.accept(input, by, originOf(c, by), headers);
    for (const cookie of accepted.setCookies) c.header("set-cookie", cookie, { append: true });
    return c.json(await describeSession(identity, accepted.principal), accepted.created ? 201 : 200);
  });
}

const time = z.string().meta({ format: "date-time" });
const invited_by = z.object({ name: z.string() });

const invitationSchema = z
  .object({
    id: z.string(),
    email: z.string(),
    role: z.enum(ROLES),
    invited_by,
    created_at: time,
    expires_at: time,
  })
  .meta({ id: "Invitation" });

const createdSchema = invitationSchema.extend({ link: z.string() }).meta({ id: "CreatedInvitation" });

const openSchema = z
  .object({
    organization: z.object({ id: z.string(), name: z.string() }),
    email: z.string(),
    role: z.enum(ROLES),
    invited_by,
    expires_at: time,
    account: z.boolean().meta({ description: "Whether somebody of this e-mail has an account: then sign in first." }),
  })
  .meta({ id: "OpenInvitation" });

function json(schema: z.ZodType) {
  return { content: { "application/json": { schema } } };
}

function describeInvitation(invitation: Invitation) {
  return {
    id: invitation.id,
    email: invitation.email,
    role: invitation.role,
    invited_by: invitation.invitedBy,
    created_at: new Date(invitation.createdAt).toISOString(),
    expires_at: new Date(invitation.expiresAt).toISOString(),
  };
}
