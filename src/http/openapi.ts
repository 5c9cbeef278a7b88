import { type OpenAPIHono, z } from "@hono/zod-openapi";
import { DaybookError } from "../errors.ts";
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

/** For a page: a person who opens it in a browser and is not signed in is no fault, but somebody to send to the sign-in page. */
const perhapsKnown: Allow<"known" | "to sign in"> = {
  ...anybodyKnown,
  async admit(asking) {
    try {
      await anybodyKnown.admit(asking);
      return "known";
    } catch (error) {
      // No program sends this header.
      const person = asking.headers.get("sec-fetch-dest") === "document";
      if (person && error instanceof DaybookError && error.code === "unauthenticated") return "to sign in";
      throw error;
    }
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
        description: "Records audit events, and answers once they are on disk. Searches, exports and proves them.",
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
  api.route({ ...page, path: "/docs", allow: perhapsKnown }, async ({ c, by }) =>
    by === "known" ? c.html(referencePage(document())) : c.redirect("/sign-in?redirect=/docs"),
  );
  api.route({ ...page, path: "/docs/style.css", allow: anyone }, async ({ c }) => {
    return c.body(REFERENCE_STYLE, 200, { "content-type": "text/css; charset=utf-8" });
  });
}
