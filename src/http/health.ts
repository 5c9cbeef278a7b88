import { type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Log } from "../log/contract.ts";
import type { Search } from "../search/contract.ts";
import type { Env } from "./env.ts";

/** `GET /healthz` and `/readyz`: no key needed, nothing told but yes or no. */
export function healthRoutes(app: OpenAPIHono<Env>, log: Log, search: Search): void {
  const answers = (good: string, bad?: string) => ({
    200: { description: good, content: { "text/plain": { schema: z.string() } } },
    ...(bad && { 503: { description: bad, content: { "text/plain": { schema: z.string() } } } }),
  });
  app.openAPIRegistry.registerPath({
    method: "get",
    path: "/healthz",
    summary: "Is the process alive",
    tags: ["Operation"],
    responses: answers("It is"),
  });
  app.get("/healthz", (c) => c.text("ok\n"));

  app.openAPIRegistry.registerPath({
    method: "get",
    path: "/readyz",
    summary: "Is the log writable, and has search caught up once since start",
    tags: ["Operation"],
    responses: answers("Ready", "Not ready; the text says why"),
  });
  app.get("/readyz", (c) => {
    if (log.readOnly !== undefined) return c.text("the log is read-only\n", 503);
    if (!search.ready) return c.text("search is catching up\n", 503);
    return c.text("ready\n");
  });
}
