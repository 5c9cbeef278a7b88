import type { Context } from "hono";
import { actorOf, type Manager, type Origin, type Principal, type ViewerPrincipal } from "../identity/index.ts";
import type { Env } from "./env.ts";

/** From where a request acts, with the session it acts in. */
export function originOf(c: Context<Env>, principal: Principal | ViewerPrincipal | undefined): Origin {
  const origin = c.get("origin");
  if (principal?.type === "viewer") return { ...origin, viewerTokenOf: principal.key.id };
  return principal?.type === "session" ? { ...origin, sessionId: principal.sessionId } : origin;
}

/** Who changes something of an organization, and from where, as its events keep it. */
export function changedBy({ c, by }: { readonly c: Context<Env>; readonly by: Manager }) {
  return { actor: actorOf(by.principal, by.organization), origin: originOf(c, by.principal) };
}
