import { type OpenAPIHono, z } from "@hono/zod-openapi";
import { DaybookError } from "../errors.ts";
import type { Identity } from "../identity/contract.ts";
import type { Metrics } from "../metrics.ts";
import type { Env } from "./env.ts";
import { isOperator } from "./operator-token.ts";
import { problems } from "./problem.ts";

/** `GET /metrics` in Prometheus' text format, for the platform's keys and the operator's token: it counts what every organization does. */
export function metricsRoute(
  app: OpenAPIHono<Env>,
  { identity, metrics, operatorToken }: { identity: Identity; metrics: Metrics; operatorToken: string },
): void {
  const { registry } = metrics;
  app.openAPIRegistry.registerPath({
    method: "get",
    path: "/metrics",
    summary: "Metrics in Prometheus' text format, for keys of the platform",
    tags: ["Operation"],
    security: [{ key: [] }],
    responses: {
      200: { description: "Metrics", content: { "text/plain": { schema: z.string() } } },
      ...problems(401, 403),
    },
  });
  app.get("/metrics", async (c) => {
    if (!isOperator(c.req.header("authorization"), operatorToken)) {
      const principal = await identity.authenticate(c.req.raw.headers);
      if (principal.type !== "api_key" || principal.organization !== undefined) {
        throw new DaybookError("forbidden", "Metrics cover every organization: use a key of the platform.");
      }
    }
    return c.body(await registry.metrics(), 200, { "content-type": registry.contentType });
  });
}
