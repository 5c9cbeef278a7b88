import type { Context } from "hono";
import { type Actor, type Origin, ownsPlatform, PLATFORM_OWNER_ROLE, type Principal } from "../identity/index.ts";
import type { Env } from "./env.ts";

/** Who makes a request, as the actor of what it does in an organization. */
export function actorOf(principal: Principal, organization: string): Actor {
  if (principal.type === "api_key") return { type: "api_key", id: principal.id, name: principal.name };
  const { id, name, email } = principal.user;
  const membership = principal.memberships.find((one) => one.organization === organization);
  const role = membership?.role ?? (ownsPlatform(principal.memberships) ? PLATFORM_OWNER_ROLE : undefined);
  return { type: "user", id, name, email, ...(role === undefined ? {} : { role }) };
}

/** From where a request acts, with the session it acts in. */
export function originOf(c: Context<Env>, principal: Principal | undefined): Origin {
  const origin = c.get("origin");
  return principal?.type === "session" ? { ...origin, sessionId: principal.sessionId } : origin;
}
