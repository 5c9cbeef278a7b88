import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BrowserOrigins } from "../../src/http/browser-origins.ts";
import { createServer, type Parts } from "../../src/http/server.ts";
import { createMetrics } from "../../src/metrics.ts";

/** Every method and address that is registered, as `GET /v1/events/:id`, told by the server itself with nothing behind its routes. */
export function registeredRoutes(): string[] {
  const consoleDir = mkdtempSync(join(tmpdir(), "daybook-routes-"));
  try {
    writeFileSync(join(consoleDir, "index.html"), "");
    const parts = {
      consoleDir,
      trustedProxies: [],
      publicOrigins: [],
      embedOrigins: [],
      browserOrigins: new BrowserOrigins([]),
      metrics: createMetrics(),
    } as Partial<Parts>;
    const app = createServer(parts as Parts);
    const routes = app.routes
      .filter(({ method }) => method !== "ALL")
      .map(({ method, path }) => `${method} ${path.replace(/\{.+\}/, "")}`);
    return [...new Set(routes)].sort();
  } finally {
    rmSync(consoleDir, { recursive: true });
  }
}
