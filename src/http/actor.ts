import type { Context } from "hono";
import {
  type Actor,
  type Origin,
  ownsPlatform,
  PLATFORM_OWNER_ROLE,
  type Principal,
  type ViewerPrincipal,
} from "../identity/index.ts";
import type { Env } from "./env.ts";

/** Who makes a request, as the actor of what it does in an organization. */
export function actorOf(principal: Principal | ViewerPrincipal, organization: string): Actor {
  if (principal.type === "viewer") return viewerActor(principal);
  if (principal.type === "api_key") return { type: "api_key", id: principal.id, name: principal.name };
  const { id, name, email } = principal.user;
  const membership = principal.memberships.find((one) => one.organization === organization);
  const role = membership?.role ?? (ownsPlatform(principal.memberships) ? PLATFORM_OWNER_ROLE : undefined);
  return { type: "user", id, name, email, ...(role === undefined ? {} : { role }) };
}

/** From where a request acts, with the session it acts in. */
export function originOf(c: Context<Env>, principal: Principal | ViewerPrincipal | undefined): Origin {
  const origin = c.get("origin");
  if (principal?.type === "viewer") return { ...origin, viewerTokenOf: principal.key.id };
  return principal?.type === "session" ? { ...origin, sessionId: principal.sessionId } : origin;
}

/** As the host application names them. */
function viewerActor({ person, key }: ViewerPrincipal): Actor {
  if (person === undefined) return { type: "api_key", ...key };
  const { id, name, email } = person;
  return { type: "user", id, ...(name === undefined ? {} : { name }), ...(email === undefined ? {} : { email }) };
}
