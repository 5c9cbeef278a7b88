import { createHash, timingSafeEqual } from "node:crypto";
import type { OpenAPIHono, z } from "@hono/zod-openapi";
import { DaybookError } from "../errors.ts";
import type { Identity } from "../identity/contract.ts";
import { runOperatorCommand } from "../identity/operator.ts";
import { decodeUtf8, parseJson, readBody } from "./body.ts";
import type { Env } from "./env.ts";

/**
 * The command line's way in while the server runs: the server alone may open the data directory, so commands come here, with
 * the random token of `run/server.json`, which only the operator's account can read. Not part of the public API.
 */
export function operatorRoute(app: OpenAPIHono<Env>, identity: Identity, token: string, publicUrl: string): void {
  app.post("/operator", async (c) => {
    const given = c.req.header("authorization") ?? "";
    if (!timingSafeEqual(digest(given), digest(`Bearer ${token}`))) {
      throw new DaybookError("not_found", "There is nothing at this address.");
    }
    const command = parseJson(decodeUtf8(await readBody(c.env.incoming)));
    const result = await runOperatorCommand(identity, command, { origin: c.get("origin"), publicUrl });
    return c.json(result as z.core.util.JSONType);
  });
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
