import { type OpenAPIHono, z } from "@hono/zod-openapi";
import { type Allow, anyone } from "./allow.ts";
import { json, text } from "./answers.ts";
import type { Env } from "./env.ts";
import type { Parts } from "./parts.ts";
import { type Document, REFERENCE_STYLE, referencePage } from "./reference-page.ts";
import type { Api } from "./route.ts";

const anybodyKnown: Allow<undefined> = {
  security: [{ key: [] }, { session: [] }],
  async admit({ identity, headers }) {
    await identity.authenticate(headers);
  },
};

/** `GET /openapi.json` and its readable form `/docs`, for any key or session. Generated from the declarations of the routes. */
export function openapiRoutes(api: Api, app: OpenAPIHono<Env>, { version }: Pick<Parts, "version">): void {
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
  // Generated when it is first asked for: by then every route is declared, and none comes later.
  let generated: Document | undefined;
  const document = () => {
    generated ??= app.getOpenAPI31Document({
      openapi: "3.1.0",
      info: {
        title: "Daybook",
        version,
        description: "Audit logs: events in, durable before the answer, searched, exported.",
      },
    });
    return generated;
  };
  const shared = { method: "get", tag: "Operation" } as const;
  api.route(
    {
      ...shared,
      path: "/openapi.json",
      summary: "This description",
      allow: anybodyKnown,
      answers: { 200: json("OpenAPI 3.1", z.looseObject({})) },
    },
    async ({ c }) => c.json(document()),
  );
  const page = { ...shared, hidden: true, summary: "This description, to read", answers: { 200: text("A page") } };
  api.route({ ...page, path: "/docs", allow: anybodyKnown }, async ({ c }) => c.html(referencePage(document())));
  api.route({ ...page, path: "/docs/style.css", allow: anyone }, async ({ c }) => {
    return c.body(REFERENCE_STYLE, 200, { "content-type": "text/css; charset=utf-8" });
  });
}
