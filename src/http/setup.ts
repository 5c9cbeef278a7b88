import type { OpenAPIHono } from "@hono/zod-openapi";
import { type Identity, PLATFORM_ORGANIZATION } from "../identity/contract.ts";
import { setUpRequest } from "../identity/input.ts";
import type { Env } from "./env.ts";
import { readInput } from "./input.ts";
import { problems } from "./problem.ts";
import { describeSession, sessionSchema } from "./session.ts";

/** `POST /v1/setup`: makes the first organization and its owner, with the token the server prints at start. */
export function setupRoutes(app: OpenAPIHono<Env>, identity: Identity): void {
  app.openAPIRegistry.registerPath({
    method: "post",
    path: "/v1/setup",
    tags: ["Console"],
    summary: "Make the first organization and its owner, who is then signed in",
    request: { body: { required: true, content: { "application/json": { schema: setUpRequest } } } },
    responses: {
      201: { description: "Set up and signed in", content: { "application/json": { schema: sessionSchema } } },
      ...problems(400, 401, 403, 409, 413, 415, 422, 429, 503),
    },
  });
  app.post("/v1/setup", async (c) => {
    const { token, organization, owner } = await readInput(c, setUpRequest);
    const id = organization.id ?? organizationIdFrom(organization.name);
    const input = { token, organization: { id, name: organization.name }, owner };
    const { principal, setCookies } = await identity.setUp(input, c.get("origin"), c.req.raw.headers);
    for (const cookie of setCookies) c.header("set-cookie", cookie, { append: true });
    return c.json(await describeSession(identity, principal), 201);
  });
}

/** `Müller & Söhne` becomes `muller-sohne`; a name without a usable letter becomes `organization`. */
function organizationIdFrom(name: string): string {
  const slug = name
    .normalize("NFKD")
    .replace(/\p{Mark}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, 64)
    .replace(/^-+|-+$/g, "");
  return slug === "" || slug === PLATFORM_ORGANIZATION ? "organization" : slug;
}
