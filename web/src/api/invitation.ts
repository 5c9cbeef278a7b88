import { send } from "./request.ts";
import type { Session } from "./session.ts";

/** What an invitation's link is good for. */
export interface OpenInvitation {
  readonly organization: { readonly id: string; readonly name: string };
  readonly email: string;
  readonly role: string;
  readonly invited_by: { readonly name: string };
  readonly expires_at: string;
  /** Whether somebody of this e-mail has an account already. */
  readonly account: boolean;
}

export async function lookUpInvitation(token: string): Promise<OpenInvitation> {
  return (await send("POST", "/v1/invitations/look-up", { token })).json();
}

/** Who is signed in accepts with the token alone; a new person with a name and a password, and is signed in by it. */
export async function acceptInvitation(
  acceptance: { token: string } | { token: string; name: string; password: string },
): Promise<Session> {
  return (await send("POST", "/v1/invitations/accept", acceptance)).json();
}
