import { z } from "@hono/zod-openapi";
import { acceptanceInput, type Invitation, invitationToken, newInvitation } from "../identity/index.ts";
import { anyone, perhapsPerson, person } from "./allow.ts";
import { json, nothing, role, time } from "./answers.ts";
import { originOf } from "./origin.ts";
import { type Parts, publicUrl } from "./parts.ts";
import type { Api } from "./route.ts";
import { addCookies, describeSession, sessionSchema } from "./session.ts";

const invited_by = z.object({ name: z.string() });

const invitationSchema = z
  .object({
    id: z.string(),
    email: z.string(),
    role,
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
    role,
    invited_by,
    expires_at: time,
    account: z.boolean().meta({ description: "Whether somebody of this e-mail has an account: then sign in first." }),
  })
  .meta({ id: "OpenInvitation" });

/** Asking people into an organization, by a link that its maker hands on; and accepting that. */
export function invitationRoutes(api: Api, parts: Pick<Parts, "identity" | "publicOrigins">): void {
  pendingRoutes(api, parts);
  linkRoutes(api, parts);
}

function pendingRoutes(api: Api, { identity, ...parts }: Pick<Parts, "identity" | "publicOrigins">): void {
  const all = { path: "/v1/organizations/{id}/invitations", tag: "People", allow: person } as const;
  api.route(
    {
      ...all,
      method: "get",
      summary: "Invitations that can still be accepted, newest first",
      answers: { 200: json("Invitations", z.object({ data: z.array(invitationSchema) })) },
      problems: [404],
    },
    async ({ by, params }) => [200, { data: (await identity.invitations.list(params.id, by)).map(describeInvitation) }],
  );
  api.route(
    {
      ...all,
      method: "post",
      summary: "Invite a person",
      description:
        "The link is shown only this once. It works once, within 7 days. A second invitation of the same e-mail replaces the first. Only an owner can invite owners.",
      body: newInvitation,
      answers: { 201: json("The invitation with its link", createdSchema) },
      problems: [404, 409],
    },
    async ({ c, by, params, input }) => {
      const { token, ...created } = await identity.invitations.create(params.id, input, by, originOf(c, by));
      return [201, { ...describeInvitation(created), link: `${publicUrl(parts)}/invite#token=${token}` }];
    },
  );
  api.route(
    {
      ...all,
      path: "/v1/organizations/{id}/invitations/{invitation_id}",
      method: "delete",
      summary: "Withdraw an invitation: its link stops working",
      answers: { 204: nothing("Withdrawn") },
      problems: [404],
    },
    async ({ c, by, params: { id, invitation_id } }) => {
      await identity.invitations.withdraw(id, invitation_id, by, originOf(c, by));
      return [204];
    },
  );
}

/** For whoever holds a link. By POST, so that the token is in no address and no log. */
function linkRoutes(api: Api, { identity }: Pick<Parts, "identity">): void {
  const shared = { tag: "People", method: "post" } as const;
  api.route(
    {
      ...shared,
      path: "/v1/invitations/look-up",
      summary: "What an invitation is to",
      allow: anyone,
      body: invitationToken,
      answers: { 200: json("The invitation", openSchema) },
      problems: [401, 429],
    },
    async ({ c, input }) => {
      const invitation = await identity.invitations.lookUp(input.token, c.get("origin"));
      return [
        200,
        {
          organization: invitation.organization,
          email: invitation.email,
          role: invitation.role,
          invited_by: invitation.invitedBy,
          expires_at: new Date(invitation.expiresAt).toISOString(),
          account: invitation.account,
        },
      ];
    },
  );
  api.route(
    {
      ...shared,
      path: "/v1/invitations/accept",
      summary: "Accept an invitation",
      description:
        "A new person sends a name and a password, and is signed in. A person with an account signs in first.",
      allow: perhapsPerson,
      body: acceptanceInput,
      answers: {
        200: json("A member, as the person signed in", sessionSchema),
        201: json("A new person and member, signed in; the cookie is set", sessionSchema),
      },
      problems: [401, 409, 429],
    },
    async ({ c, by, input }) => {
      const accepted = await identity.invitations.accept(input, by, originOf(c, by), c.req.raw.headers);
      addCookies(c, accepted.setCookies);
      return [accepted.created ? 201 : 200, await describeSession(identity, accepted.principal)];
    },
  );
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
