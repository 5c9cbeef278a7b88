import { type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Identity, SessionInfo } from "../identity/contract.ts";
import { codeInput, newPasswordInput, passwordAgain, personNaming } from "../identity/input.ts";
import { person } from "./access.ts";
import type { Env } from "./env.ts";
import { readInputOf } from "./input.ts";
import { problems } from "./problem.ts";
import { describeSession, sessionSchema } from "./session.ts";

/** `/v1/profile`: what people do to their own account, by session alone. */
export function profileRoutes(app: OpenAPIHono<Env>, identity: Identity): void {
  accountRoutes(app, identity);
  sessionsRoutes(app, identity);
  twoFactorRoutes(app, identity);
}

function accountRoutes(app: OpenAPIHono<Env>, identity: Identity): void {
  app.openAPIRegistry.registerPath({
    ...shared,
    path: "/v1/profile",
    method: "patch",
    summary: "Change your name",
    request: body(personNaming),
    responses: {
      200: { description: "The session", content: { "application/json": { schema: sessionSchema } } },
      ...problems(400, 401, 403, 413, 415, 422, 503),
    },
  });
  app.patch("/v1/profile", async (c) => {
    const { by, input } = await readInputOf(c, () => person(identity, c.req.raw.headers), personNaming);
    const renamed = await identity.profile.rename(by, input, c.get("origin"));
    return c.json(await describeSession(identity, renamed));
  });

  app.openAPIRegistry.registerPath({
    ...shared,
    path: "/v1/profile/password",
    method: "post",
    summary: "Change your password",
    description: "Every other session of yours ends.",
    request: body(newPasswordInput),
    responses: { 204: { description: "Changed" }, ...problems(400, 401, 403, 413, 415, 422, 429, 503) },
  });
  app.post("/v1/profile/password", async (c) => {
    const { by, input } = await readInputOf(c, () => person(identity, c.req.raw.headers), newPasswordInput);
    await identity.profile.changePassword(by, input, c.get("origin"));
    return c.body(null, 204);
  });
}

function sessionsRoutes(app: OpenAPIHono<Env>, identity: Identity): void {
  const path = "/v1/profile/sessions";
  app.openAPIRegistry.registerPath({
    ...shared,
    path,
    method: "get",
    summary: "Your sessions: this one first, then by last use",
    responses: {
      200: {
        description: "Sessions",
        content: { "application/json": { schema: z.object({ data: z.array(ownSession) }) } },
      },
      ...problems(401, 403),
    },
  });
  app.get(path, async (c) => {
    const principal = await person(identity, c.req.raw.headers);
    return c.json({ data: (await identity.profile.sessions(principal)).map(describeOwnSession) });
  });

  app.openAPIRegistry.registerPath({
    ...shared,
    path,
    method: "delete",
    summary: "Sign out everywhere, here too",
    responses: { 204: { description: "Every session of yours has ended" }, ...problems(401, 403, 503) },
  });
  app.delete(path, async (c) => {
    const principal = await person(identity, c.req.raw.headers);
    const { setCookies } = await identity.profile.endAllSessions(principal, c.get("origin"));
    for (const cookie of setCookies) c.header("set-cookie", cookie, { append: true });
    return c.body(null, 204);
  });

  app.openAPIRegistry.registerPath({
    ...shared,
    path: `${path}/{id}`,
    method: "delete",
    summary: "End one session of yours",
    request: { params: z.object({ id: z.string() }) },
    responses: { 204: { description: "It has ended" }, ...problems(401, 403, 404, 503) },
  });
  app.delete(`${path}/:id`, async (c) => {
    const principal = await person(identity, c.req.raw.headers);
    const { setCookies } = await identity.profile.endSession(principal, c.req.param("id"), c.get("origin"));
    for (const cookie of setCookies) c.header("set-cookie", cookie, { append: true });
    return c.body(null, 204);
  });
}

function twoFactorRoutes(app: OpenAPIHono<Env>, identity: Identity): void {
  const path = "/v1/profile/two-factor";
  app.openAPIRegistry.registerPath({
    ...shared,
    path,
    method: "post",
    summary: "Begin two-factor sign-in: a secret for an authenticator app, and recovery codes",
    description: "Nothing is asked for before it is confirmed. What was begun earlier is replaced.",
    request: body(passwordAgain),
    responses: {
      201: { description: "Shown this once", content: { "application/json": { schema: twoFactorSecret } } },
      ...problems(400, 401, 403, 409, 413, 415, 422, 429, 503),
    },
  });
  app.post(path, async (c) => {
    const { by, input } = await readInputOf(c, () => person(identity, c.req.raw.headers), passwordAgain);
    const begun = await identity.profile.beginTwoFactor(by, input.password, c.get("origin"));
    return c.json({ secret: begun.secret, uri: begun.uri, recovery_codes: begun.recoveryCodes }, 201);
  });

  app.openAPIRegistry.registerPath({
    ...shared,
    path: `${path}/confirm`,
    method: "post",
    summary: "Turn two-factor sign-in on, with a code that the app shows",
    request: body(codeInput),
    responses: { 204: { description: "It is on" }, ...problems(400, 401, 403, 404, 409, 413, 415, 422, 429, 503) },
  });
  app.post(`${path}/confirm`, async (c) => {
    const { by, input } = await readInputOf(c, () => person(identity, c.req.raw.headers), codeInput);
    await identity.profile.confirmTwoFactor(by, input.code, c.get("origin"));
    return c.body(null, 204);
  });

  app.openAPIRegistry.registerPath({
    ...shared,
    path,
    method: "delete",
    summary: "Turn two-factor sign-in off",
    request: body(passwordAgain),
    responses: { 204: { description: "It is off" }, ...problems(400, 401, 403, 413, 415, 422, 429, 503) },
  });
  app.delete(path, async (c) => {
    const { by, input } = await readInputOf(c, () => person(identity, c.req.raw.headers), passwordAgain);
    await identity.profile.disableTwoFactor(by, input.password, c.get("origin"));
    return c.body(null, 204);
  });
}

const shared = { tags: ["Console"], security: [{ session: [] }] };

function body<T extends z.ZodType>(schema: T) {
  return { body: { required: true, content: { "application/json": { schema } } } };
}

const time = z.string().meta({ format: "date-time" });

const ownSession = z
  .object({
    id: z.string(),
    current: z.boolean(),
    created_at: time,
    last_used_at: time.meta({ description: "At most five minutes behind." }),
    expires_at: time,
    ip: z.string().nullable().meta({ description: "From where it was started." }),
    user_agent: z.string().nullable(),
  })
  .meta({ id: "OwnSession" });

const twoFactorSecret = z
  .object({
    secret: z.string().meta({ description: "Base32, to be typed where no QR code can be read." }),
    uri: z.string().meta({ description: "`otpauth://`, for a QR code." }),
    recovery_codes: z.array(z.string()),
  })
  .meta({ id: "TwoFactorSecret" });

function describeOwnSession(session: SessionInfo): z.infer<typeof ownSession> {
  const timeOf = (ms: number) => new Date(ms).toISOString();
  return {
    id: session.id,
    current: session.current,
    created_at: timeOf(session.createdAt),
    last_used_at: timeOf(session.lastUsedAt),
    expires_at: timeOf(session.expiresAt),
    ip: session.ip ?? null,
    user_agent: session.userAgent ?? null,
  };
}
