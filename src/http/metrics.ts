import { type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Identity } from "../identity/contract.ts";
import type { Metrics } from "../metrics.ts";
import type { Env } from "./env.ts";
import { problems } from "./problem.ts";

/** `GET /metrics` in Prometheus' text format, for any key or session. */
export function metricsRoute(app: OpenAPIHono<Env>, identity: Identity, { registry }: Metrics): void {
  app.openAPIRegistry.registerPath({
    method: "get",
    path: "/metrics",
    summary: "Metrics in Prometheus' text format",
    tags: ["Operation"],
    security: [{ key: [] }, { session: [] }],
    responses: { 200: { description: "Metrics", content: { "text/plain": { schema: z.string() } } }, ...problems(401) },
  });
  app.get("/metrics", async (c) => {
    await identity.authenticate(c.req.raw.headers);
    return c.body(await registry.metrics(), 200, { "content-type": registry.contentType });
  });
}
