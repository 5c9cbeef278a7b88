import { z } from "@hono/zod-openapi";
import { type Member, roleChange } from "../identity/index.ts";
import { person } from "./allow.ts";
import { json, nothing, role, time } from "./answers.ts";
import { originOf } from "./origin.ts";
import type { Parts } from "./parts.ts";
import type { Api } from "./route.ts";

const memberSchema = z
  .object({
    user_id: z.string(),
    name: z.string(),
    email: z.string(),
    role,
    joined_at: time,
    two_factor: z.boolean(),
    last_active_at: time.nullable().meta({ description: "At most five minutes behind." }),
  })
  .meta({ id: "Member" });

const all = { path: "/v1/organizations/{id}/members", tag: "People", allow: person } as const;
const one = { ...all, path: "/v1/organizations/{id}/members/{user_id}" } as const;

/** `/v1/organizations/{id}/members`: the people of an organization, by session alone. */
export function memberRoutes(api: Api, { identity }: Pick<Parts, "identity">): void {
  api.route(
    {
      ...all,
      method: "get",
      summary: "Members, by name",
      answers: { 200: json("Members", z.object({ data: z.array(memberSchema) })) },
      problems: [404],
    },
    async ({ by, params }) => [200, { data: (await identity.members.list(params.id, by)).map(describeMember) }],
  );
  api.route(
    {
      ...one,
      method: "patch",
      summary: "Give a member another role",
      description: "Only an owner can change the role of an owner, or give that role. One owner always remains.",
      body: roleChange,
      answers: { 200: json("The member", memberSchema) },
      problems: [404, 409],
    },
    async ({ c, by, params: { id, user_id }, input }) => {
      const changed = await identity.members.changeRole(id, user_id, input.role, by, originOf(c, by));
      return [200, describeMember(changed)];
    },
  );
  api.route(
    {
      ...one,
      method: "delete",
      summary: "Remove a member",
      description:
        "You cannot remove yourself. The member loses access with the next request, and open live streams end.",
      answers: { 204: nothing("Removed") },
      problems: [404, 409],
    },
    async ({ c, by, params: { id, user_id } }) => {
      await identity.members.remove(id, user_id, by, originOf(c, by));
      return [204];
    },
  );
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
