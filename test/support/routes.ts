import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { OpenAPIHono } from "@hono/zod-openapi";
import { BrowserOrigins } from "../../src/http/browser-origins.ts";
import type { Env } from "../../src/http/env.ts";
import type { Parts } from "../../src/http/parts.ts";
import { createServer } from "../../src/http/server.ts";
import { createMetrics } from "../../src/metrics.ts";

/** The server's routes with nothing behind them: to ask which there are, and what they declare. */
export function bareServer(): OpenAPIHono<Env> {
  const consoleDir = mkdtempSync(join(tmpdir(), "daybook-routes-"));
  try {
    writeFileSync(join(consoleDir, "index.html"), "");
    const parts = {
      consoleDir,
      config: { trustedProxies: [], embedOrigins: [] },
      publicOrigins: [],
      browserOrigins: new BrowserOrigins([]),
      metrics: createMetrics(),
    };
    return createServer(parts as unknown as Parts);
  } finally {
    rmSync(consoleDir, { recursive: true });
  }
}

/** Every method and address that is registered, as `GET /v1/events/:id`. */
export function registeredRoutes(): string[] {
  const routes = bareServer()
    .routes.filter(({ method }) => method !== "ALL")
    .map(({ method, path }) => `${method} ${path.replace(/\{.+\}/, "")}`);
  return [...new Set(routes)].sort();
}
