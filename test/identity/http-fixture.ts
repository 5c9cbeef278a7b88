import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { serve } from "@hono/node-server";
import { OpenAPIHono } from "@hono/zod-openapi";
import { Admission } from "../../src/admission/admission.ts";
import { clientAddress } from "../../src/http/client-address.ts";
import type { Env } from "../../src/http/env.ts";
import { invitationRoutes } from "../../src/http/invitations.ts";
import { keyRoutes } from "../../src/http/keys.ts";
import { memberRoutes } from "../../src/http/members.ts";
import { organizationRoutes } from "../../src/http/organizations.ts";
import { problemResponse } from "../../src/http/problem.ts";
import { profileRoutes } from "../../src/http/profile.ts";
import { Api } from "../../src/http/route.ts";
import { sameOrigin } from "../../src/http/same-origin.ts";
import { sessionRoutes } from "../../src/http/session.ts";
import { setupRoute } from "../../src/http/set-up.ts";
import type { Identity } from "../../src/identity/contract.ts";
import { createLogger } from "../../src/logger.ts";

/** Identity's routes on a port of their own, behind the same middleware as in the server. */
export class Front {
  readonly url: string;
  readonly app: OpenAPIHono<Env>;
  private readonly server: Server;

  private constructor(app: OpenAPIHono<Env>, server: Server) {
    this.app = app;
    this.server = server;
    this.url = `http://localhost:${(server.address() as AddressInfo).port}`;
  }

  static async open(identity: Identity, publicOrigins: string[], trustedProxies: string[] = []): Promise<Front> {
    const app = new OpenAPIHono<Env>();
    const address = clientAddress(trustedProxies);
    app.use(async (c, next) => {
      c.set("requestId", "req-http");
      c.set("origin", { ip: address(c.env.incoming), userAgent: c.req.header("user-agent"), requestId: "req-http" });
      await next();
    });
    app.use(sameOrigin(publicOrigins));
    app.onError((error, c) => problemResponse(c, error));
    // Nobody reads the log here.
    const admission = new Admission({ look: () => ({ end: 0, position: 0, following: true }) });
    const api = new Api(app, { identity, admission, logger: createLogger(process.stderr) });
    const parts = { identity, publicOrigins };
    for (const declare of [
      sessionRoutes,
      profileRoutes,
      setupRoute,
      organizationRoutes,
      memberRoutes,
      invitationRoutes,
      keyRoutes,
    ]) {
      declare(api, parts);
    }
    const server = serve({ fetch: app.fetch, hostname: "localhost", port: 0 }) as Server;
    await once(server, "listening");
    return new Front(app, server);
  }

  /** @returns status, headers and body; the body is undefined when there is none. */
  async call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const response = await fetch(this.url + path, {
      method,
      headers: body === undefined ? headers : { "content-type": "application/json", ...headers },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text === "" ? undefined : JSON.parse(text) };
  }

  async close(): Promise<void> {
    this.server.close();
    await once(this.server, "close");
  }
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;

  readonly body: unknown;
}
