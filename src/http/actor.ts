import type { Actor, Principal } from "../identity/contract.ts";

/** Who makes a request, as the actor of what it does in an organization. */
export function actorOf(principal: Principal, organization: string): Actor {
  if (principal.type === "api_key") return { type: "api_key", id: principal.id, name: principal.name };
  const { id, name, email } = principal.user;
  const role = principal.memberships.find((membership) => membership.organization === organization)?.role;
  return { type: "user", id, name, email, ...(role === undefined ? {} : { role }) };
}
