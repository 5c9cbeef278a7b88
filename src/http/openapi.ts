import { type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Identity } from "../identity/contract.ts";
import type { Env } from "./env.ts";
import { problems } from "./problem.ts";
import { type Document, REFERENCE_STYLE, referencePage } from "./reference-page.ts";

/** `GET /openapi.json` and its readable form `/docs`, for any key or session. Generated from the schemas that validate. */
export function openapiRoutes(app: OpenAPIHono<Env>, identity: Identity, version: string): void {
  app.openAPIRegistry.registerComponent("securitySchemes", "key", {
    type: "http",
    scheme: "bearer",
    description: "An API key, `dbk_…`.",
  });
  app.openAPIRegistry.registerComponent("securitySchemes", "session", {
    type: "apiKey",
    in: "cookie",
    name: "__Host-daybook_session",
    description: "The console's session.",
  });
  app.openAPIRegistry.registerPath({
    method: "get",
    path: "/openapi.json",
    summary: "This description",
    tags: ["Operation"],
    security: [{ key: [] }, { session: [] }],
    responses: {
      200: { description: "OpenAPI 3.1", content: { "application/json": { schema: z.looseObject({}) } } },
      ...problems(401),
    },
  });
  // Made when it is first asked for: by then every route is registered, and none comes later.
  let made: Document | undefined;
  const document = () => {
    made ??= app.getOpenAPI31Document({
      openapi: "3.1.0",
      info: {
        title: "Daybook",
        version,
        description: "Audit logs: events in, durable before the answer, searched, exported.",
      },
    });
    return made;
  };
  app.get("/openapi.json", async (c) => {
    await identity.authenticate(c.req.raw.headers);
    return c.json(document());
  });
  app.get("/docs", async (c) => {
    await identity.authenticate(c.req.raw.headers);
    return c.html(referencePage(document()));
  });
  app.get("/docs/style.css", (c) => c.body(REFERENCE_STYLE, 200, { "content-type": "text/css; charset=utf-8" }));
}
