import { send } from "./request.ts";
import type { OpenInvitation, Session } from "./schema.ts";

export type { OpenInvitation };

export async function lookUpInvitation(token: string): Promise<OpenInvitation> {
  return (await send("POST", "/v1/invitations/look-up", { token })).json();
}

/** Who is signed in accepts with the token alone; a new person with a name and a password, and is signed in by it. */
export async function acceptInvitation(
  acceptance: { token: string } | { token: string; name: string; password: string },
): Promise<Session> {
  return (await send("POST", "/v1/invitations/accept", acceptance)).json();
}
