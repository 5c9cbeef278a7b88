import type { FieldError } from "@daybook/sdk";
import type { OpenAPIHono } from "@hono/zod-openapi";
import type { MiddlewareHandler } from "hono";
import { matchedRoutes } from "hono/route";
import { DaybookError } from "../errors.ts";
import { UNKNOWN } from "../search/parameters.ts";
import type { Env } from "./env.ts";
import { requireWellFormedQuery } from "./query-text.ts";

/** What the console's route is registered as. */
const CONSOLE = "/*";

/**
 * Refuses query strings that nobody would read: one that does not decode, and any at all on a call that takes no parameters. Calls that
 * describe parameters read all of them with `parseParameters`, which refuses what it does not know; so no parameter is ever ignored.
 * The console's pages are left out: what their address says is for the browser.
 */
export function requireKnownQuery(app: OpenAPIHono<Env>): MiddlewareHandler<Env> {
  // Read when it is first asked for: by then every route is registered, and none comes later.
  let described: ReadonlySet<string> | undefined;
  return (c, next) => {
    const at = c.req.url.indexOf("?");
    if (at < 0) return next();
    const route = matchedRoutes(c).find(({ method, path }) => method !== "ALL" && path !== CONSOLE);
    if (route === undefined) return next();
    requireWellFormedQuery(c.req.url);
    described ??= withParameters(app);
    if (!described.has(`${route.method} ${route.path}`)) refuse(new URLSearchParams(c.req.url.slice(at + 1)));
    return next();
  };
}

/** Methods and addresses, as the router has them, of the calls whose description names query parameters. */
function withParameters(app: OpenAPIHono<Env>): ReadonlySet<string> {
  const described = new Set<string>();
  for (const definition of app.openAPIRegistry.definitions) {
    if (definition.type !== "route" || definition.route.request?.query === undefined) continue;
    described.add(`${definition.route.method.toUpperCase()} ${definition.route.path}`);
  }
  const taking = app.routes.filter(({ method, path }) => described.has(`${method} ${describedPath(path)}`));
  return new Set(taking.map(({ method, path }) => `${method} ${path}`));
}

/** `/v1/events/:id` is described as `/v1/events/{id}`. */
function describedPath(path: string): string {
  return path.replaceAll(/:(\w+)(?:\{[^}]+\})?/g, "{$1}");
}

function refuse(parameters: URLSearchParams): void {
  const errors: FieldError[] = [...new Set(parameters.keys())].map((pointer) => ({ pointer, message: UNKNOWN }));
  const [first] = errors;
  if (first) throw new DaybookError("invalid_parameter", `${first.pointer} ${first.message}.`, { errors });
}
