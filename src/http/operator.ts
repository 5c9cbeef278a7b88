import { z } from "@hono/zod-openapi";
import { type OperatorParts, runOperator } from "../operator.ts";
import { json } from "./answers.ts";
import { withToken } from "./bearer-token.ts";
import { decodeUtf8, parseJson, readBody } from "./body.ts";
import { type Parts, publicUrl } from "./parts.ts";
import type { Api } from "./route.ts";

/**
 * The command line's way in while the server runs: the server alone may open the data directory, so commands come here, with
 * the random token of `run/server.json`, which only the operator's account can read. Not part of the public API.
 */
export function operatorRoute(api: Api, parts: OperatorParts & Pick<Parts, "operatorToken" | "publicOrigins">): void {
  api.route(
    {
      method: "post",
      path: "/operator",
      tag: "Operation",
      hidden: true,
      summary: "Run a command of the operator",
      allow: withToken(parts.operatorToken),
      answers: { 200: json("Its result", z.unknown()) },
    },
    async ({ c }) => {
      const command = parseJson(decodeUtf8(await readBody(c.env.incoming)));
      const context = { origin: c.get("origin"), publicUrl: publicUrl(parts) };
      return c.json((await runOperator(parts, command, context)) as z.core.util.JSONType);
    },
  );
}
