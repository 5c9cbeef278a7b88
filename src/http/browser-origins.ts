import type { MiddlewareHandler } from "hono";
import { DaybookError } from "../errors.ts";
import type { KeyPrincipal } from "../identity/index.ts";
import type { Env } from "./env.ts";

/**
 * The origins whose pages can record events (CORS, WHATWG Fetch §3.2). None by default: a key in a page is everybody's key. So it must be able
 * to do nothing but write, for one organization. No other call answers pages of other origins.
 */
export class BrowserOrigins {
  private readonly origins: ReadonlySet<string>;

  constructor(origins: readonly string[]) {
    this.origins = new Set(origins);
  }

  /** Headers of an answer, so that the page gets to read it. */
  headersFor(origin: string | undefined): Record<string, string> {
    if (this.origins.size === 0) return {};
    if (origin === undefined || !this.origins.has(origin)) return { vary: "Origin" };
    return {
      vary: "Origin",
      "access-control-allow-origin": origin,
      "access-control-expose-headers": "retry-after, x-request-id",
    };
  }

  /** @throws DaybookError `forbidden` for a key that a page must not have. */
  requireWriteOnly({ scopes, organization }: KeyPrincipal, origin: string | undefined): void {
    if (origin === undefined || !this.origins.has(origin)) return;
    if (organization !== undefined && scopes.length === 1) return;
    throw new DaybookError(
      "forbidden",
      "A key used in a browser must belong to one organization and have the scope events:write alone.",
    );
  }

  /** Answers the preflight of a page's request, and lets the page read the answer to the request itself. */
  middleware(): MiddlewareHandler<Env> {
    return async (c, next) => {
      const origin = c.req.header("origin");
      const { method } = c.req;
      const headers = method === "POST" || method === "OPTIONS" ? this.headersFor(origin) : {};
      if (method === "OPTIONS" && "access-control-allow-origin" in headers) {
        return c.body(null, 204, {
          ...headers,
          "access-control-allow-methods": "POST",
          "access-control-allow-headers": "authorization, content-type, content-encoding",
          "access-control-max-age": "7200",
        });
      }
      await next();
      for (const [name, value] of Object.entries(headers)) c.header(name, value);
      return undefined;
    };
  }
}
