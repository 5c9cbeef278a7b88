import { isIP } from "node:net";
import type { Actor, Client, EventInput } from "@daybook/sdk";
import { getConnInfo } from "@hono/node-server/conninfo";
import { createMiddleware } from "hono/factory";
import type { RequestIdVariables } from "hono/request-id";

/** What a route says about an act; who did it and from where is filled in here. */
export type Act = Omit<EventInput, "actor" | "context"> & { actor?: Actor };

export interface AuditVariables extends RequestIdVariables {
  /** Who is signed in, set by the application's own authentication. */
  actor: Actor;
  sessionId: string | undefined;
  /** Records an act of this request. */
  audit: (act: Act) => void;
}

/**
 * Gives every route `c.var.audit(act)`. This is the part to copy: one place knows where the address, the user agent and the
 * request's id come from, so no route can forget them. Needs hono's `requestId()` before it.
 */
export function auditing(daybook: Client) {
  return createMiddleware<{ Variables: AuditVariables }>(async (c, next) => {
    c.set("actor", { type: "anonymous" });
    c.set("audit", (act) => {
      daybook.record({
        ...act,
        actor: act.actor ?? c.var.actor,
        context: {
          // Behind a proxy of your own, take the address that it vouches for; never X-Forwarded-For as anyone may send it.
          ...defined("ip", address(getConnInfo(c).remote.address)),
          ...defined("user_agent", c.req.header("user-agent")),
          ...defined("session_id", c.var.sessionId),
          request_id: c.var.requestId,
        },
      });
    });
    await next();
  });
}

/** An IPv4 client of a dual-stack socket shows as `::ffff:192.0.2.1`. */
function address(remote: string | undefined): string | undefined {
  const plain = remote?.replace(/^::ffff:(?=\d+\.)/, "");
  return plain !== undefined && isIP(plain) !== 0 ? plain : undefined;
}

function defined<K extends string>(key: K, value: string | undefined): { [key in K]?: string } {
  return value === undefined ? {} : ({ [key]: value } as { [key in K]: string });
}
