import type { MiddlewareHandler } from "hono";
import { DaybookError } from "../errors.ts";
import { sessionToken } from "../identity/index.ts";
import type { Env } from "./env.ts";

const SAFE = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Keeps other sites from acting through a visitor's browser. A change that carries the session cookie must say that it comes from
 * the console's own pages: by Sec-Fetch-Site, which only the browser sets, or, where that is absent, by the exact Origin. One
 * without a cookie (sign-in, set-up) must not say that it comes from elsewhere. What carries an Authorization header
 * and no cookie is not touched: no browser adds that by itself.
 * @param publicOrigins origins under which the console is reached, such as `https://audit.example.com`.
 */
export function sameOrigin(publicOrigins: readonly string[]): MiddlewareHandler<Env> {
  return async (c, next) => {
    const { method, headers } = c.req.raw;
    if (
      !SAFE.has(method) &&
      (!headers.has("authorization") || sessionToken(headers) !== undefined) &&
      !comesFromConsole(headers, publicOrigins)
    ) {
      throw new DaybookError("origin_mismatch", "This change does not come from the console's own pages.");
    }
    await next();
  };
}

function comesFromConsole(headers: Headers, publicOrigins: readonly string[]): boolean {
  const site = headers.get("sec-fetch-site");
  if (site !== null) return site === "same-origin";
  const origin = headers.get("origin");
  if (origin !== null) return publicOrigins.includes(origin);
  return sessionToken(headers) === undefined;
}
