import { send } from "./request.ts";
import type { Acceptance, OpenInvitation, Session } from "./schema.ts";

export type { OpenInvitation };

export async function lookUpInvitation(token: string): Promise<OpenInvitation> {
  return (await send("POST", "/v1/invitations/look-up", { token })).json();
}

/** Who is signed in accepts with the token alone; a new person with a name and a password, and is signed in by it. */
export async function acceptInvitation(acceptance: Acceptance): Promise<Session> {
  return (await send("POST", "/v1/invitations/accept", acceptance)).json();
}
