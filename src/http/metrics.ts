import { DaybookError } from "../errors.ts";
import type { Allow } from "./allow.ts";
import { text } from "./answers.ts";
import { bearsToken } from "./bearer-token.ts";
import type { Parts } from "./parts.ts";
import type { Api } from "./route.ts";

/** `GET /metrics` in Prometheus' text format, for the platform's keys and the operator's token: it counts what every organization does. */
export function metricsRoute(api: Api, { metrics, operatorToken }: Pick<Parts, "metrics" | "operatorToken">): void {
  const { registry } = metrics;
  api.route(
    {
      method: "get",
      path: "/metrics",
      tag: "Operation",
      summary: "Metrics in Prometheus' text format, for keys of the platform",
      allow: platformOrOperator(operatorToken),
      answers: { 200: text("Metrics") },
    },
    async ({ c }) => c.body(await registry.metrics(), 200, { "content-type": registry.contentType }),
  );
}

function platformOrOperator(operatorToken: string): Allow<undefined> {
  return {
    security: [{ key: [] }],
    async admit({ identity, headers }) {
      if (bearsToken(headers.get("authorization") ?? undefined, operatorToken)) return;
      const principal = await identity.authenticate(headers);
      if (principal.type === "api_key" && principal.organization === undefined) return;
      throw new DaybookError("forbidden", "Metrics cover every organization: use a key of the platform.");
    },
  };
}
