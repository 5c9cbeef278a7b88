import { type OpenAPIHono, z } from "@hono/zod-openapi";
import { DaybookError } from "../errors.ts";
import { type Identity, ROLES, type SessionPrincipal } from "../identity/contract.ts";
import { credentials, parseInput, signInLink } from "../identity/input.ts";
import { PERMISSIONS, permissionsOf } from "../identity/permissions.ts";
import type { Env } from "./env.ts";
import { readJson } from "./input.ts";
import { problems } from "./problem.ts";

/** `/v1/session`: who is signed in here, signing in and signing out. */
export function sessionRoutes(app: OpenAPIHono<Env>, identity: Identity): void {
  app.openAPIRegistry.registerPath({
    ...shared,
    method: "get",
    summary: "Who is signed in",
    responses: { 200: session("The session, or nobody") },
  });
  app.get(shared.path, async (c) => {
    const principal = await signedIn(identity, c.req.raw.headers);
    return c.json(await describeSession(identity, principal));
  });

  app.openAPIRegistry.registerPath({
    ...shared,
    method: "post",
    summary: "Sign in, with a password or a one-time link's token",
    description:
      "`two_factor_required` answers the right password of who has two-factor sign-in on: send the same again with `code`.",
    request: {
      body: { required: true, content: { "application/json": { schema: z.union([credentials, signInLink]) } } },
    },
    responses: { 201: session("Signed in; the cookie is set"), ...problems(400, 401, 403, 413, 415, 422, 429, 503) },
  });
  app.post(shared.path, async (c) => {
    const input = await readJson(c);
    const { headers } = c.req.raw;
    const origin = c.get("origin");
    const byLink = typeof input === "object" && input !== null && "token" in input;
    const { principal, setCookies } = byLink
      ? await identity.signInWithToken(parseInput(signInLink, input).token, origin, headers)
      : await identity.signIn(parseInput(credentials, input), origin, headers);
    for (const cookie of setCookies) c.header("set-cookie", cookie, { append: true });
    return c.json(await describeSession(identity, principal), 201);
  });

  app.openAPIRegistry.registerPath({
    ...shared,
    method: "delete",
    summary: "Sign out",
    responses: { 204: { description: "Nobody is signed in here any more" }, ...problems(403, 503) },
  });
  app.delete(shared.path, async (c) => {
    const { setCookies } = await identity.signOut(c.req.raw.headers, c.get("origin"));
    for (const cookie of setCookies) c.header("set-cookie", cookie, { append: true });
    return c.body(null, 204);
  });
}

/** What the console needs to know of its user. */
export async function describeSession(identity: Identity, principal: SessionPrincipal | undefined) {
  const user = principal && {
    ...principal.user,
    two_factor: await identity.profile.hasTwoFactor(principal.user.id),
  };
  return {
    user: user ?? null,
    organizations: (principal?.memberships ?? []).map((membership) => ({
      id: membership.organization,
      name: membership.name,
      role: membership.role,
      permissions: permissionsOf(membership),
      time_zone: membership.timeZone,
    })),
    set_up: await identity.isSetUp(),
  };
}

export const sessionSchema = z
  .object({
    user: z.object({ id: z.string(), name: z.string(), email: z.string(), two_factor: z.boolean() }).nullable(),
    organizations: z
      .array(
        z.object({
          id: z.string(),
          name: z.string(),
          role: z.enum(ROLES),
          permissions: z.array(z.enum(PERMISSIONS)),
          time_zone: z.string().nullable().meta({ description: "IANA name; null: each reader's own." }),
        }),
      )
      .meta({ description: "By name; the platform itself, `daybook`, stands last." }),
    set_up: z.boolean().meta({ description: "False until the first organization has its owner." }),
  })
  .meta({ id: "Session" });

const shared = { path: "/v1/session", tags: ["Console"] };

function session(description: string) {
  return { description, content: { "application/json": { schema: sessionSchema } } };
}

/** The person whose session a request carries, if any. */
export async function signedIn(identity: Identity, headers: Headers): Promise<SessionPrincipal | undefined> {
  try {
    const principal = await identity.authenticate(headers);
    return principal.type === "session" ? principal : undefined;
  } catch (error) {
    if (error instanceof DaybookError && error.code === "unauthenticated") return undefined;
    throw error;
  }
}
