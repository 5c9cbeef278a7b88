import type { OpenAPIHono } from "@hono/zod-openapi";
import { DaybookError } from "../errors.ts";
import type { Env } from "./env.ts";

/** Answers 405 where an address registered so far is asked for with a method it does not take. Registered after all others. */
export function methodNotAllowed(app: OpenAPIHono<Env>): void {
  const methods = new Map<string, Set<string>>();
  for (const { path, method } of app.routes) {
    if (method === "ALL") continue;
    methods.set(path, (methods.get(path) ?? new Set()).add(method));
  }
  for (const [path, taken] of methods) {
    if (taken.has("GET")) taken.add("HEAD");
    app.all(path, (c) => {
      c.header("allow", [...taken].join(", "));
      throw new DaybookError("method_not_allowed", `This address allows ${[...taken].join(", ")}.`);
    });
  }
}
