import { queryOptions } from "@tanstack/react-query";
import { request, send } from "./request.ts";
import type { CreatedInvitation, Invitation, Member, Role } from "./schema.ts";

export type { CreatedInvitation, Invitation, Member, Role };

const within = (organization: string, path: string) => `/v1/organizations/${encodeURIComponent(organization)}/${path}`;

async function list<Item>(path: string, signal: AbortSignal): Promise<readonly Item[]> {
  const body: { data: Item[] } = await (await request(path, { signal })).json();
  return body.data;
}

export const membersQuery = (organization: string) =>
  queryOptions({
    queryKey: ["members", organization],
    queryFn: ({ signal }) => list<Member>(within(organization, "members"), signal),
  });

export const invitationsQuery = (organization: string) =>
  queryOptions({
    queryKey: ["invitations", organization],
    queryFn: ({ signal }) => list<Invitation>(within(organization, "invitations"), signal),
  });

export async function changeRole(organization: string, user: string, role: Role): Promise<Member> {
  return (await send("PATCH", within(organization, `members/${encodeURIComponent(user)}`), { role })).json();
}

export async function removeMember(organization: string, user: string): Promise<void> {
  await send("DELETE", within(organization, `members/${encodeURIComponent(user)}`));
}

export async function invite(organization: string, email: string, role: Role): Promise<CreatedInvitation> {
  return (await send("POST", within(organization, "invitations"), { email, role })).json();
}

export async function withdrawInvitation(organization: string, invitation: string): Promise<void> {
  await send("DELETE", within(organization, `invitations/${encodeURIComponent(invitation)}`));
}
