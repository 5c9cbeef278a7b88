import { z } from "@hono/zod-openapi";
import {
  codeInput,
  columnLayout,
  newPasswordInput,
  passwordAgain,
  personNaming,
  type SessionInfo,
} from "../identity/index.ts";
import { person } from "./allow.ts";
import { json, nothing, time } from "./answers.ts";
import type { Parts } from "./parts.ts";
import type { Api } from "./route.ts";
import { addCookies, describeSession, sessionSchema } from "./session.ts";

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

const shared = { tag: "Console", allow: person } as const;

/** `/v1/profile`: what people do to their own account, by session alone. */
export function profileRoutes(api: Api, parts: Pick<Parts, "identity">): void {
  accountRoutes(api, parts);
  sessionsRoutes(api, parts);
  twoFactorRoutes(api, parts);
  guessingRoute(api, parts);
  columnsRoutes(api, parts);
}

function accountRoutes(api: Api, { identity }: Pick<Parts, "identity">): void {
  api.route(
    {
      ...shared,
      path: "/v1/profile",
      method: "patch",
      summary: "Change your name",
      body: personNaming,
      answers: { 200: json("The session", sessionSchema) },
    },
    async ({ c, by, input }) => {
      const renamed = await identity.profile.rename(by, input, c.get("origin"));
      return [200, await describeSession(identity, renamed)];
    },
  );
  api.route(
    {
      ...shared,
      path: "/v1/profile/password",
      method: "post",
      summary: "Change your password",
      description: "Every other session of yours ends.",
      body: newPasswordInput,
      answers: { 204: nothing("Changed") },
      problems: [429],
    },
    async ({ c, by, input }) => {
      await identity.profile.changePassword(by, input, c.get("origin"));
      return [204];
    },
  );
}

function columnsRoutes(api: Api, { identity }: Pick<Parts, "identity">): void {
  const columns = { ...shared, path: "/v1/profile/columns" } as const;
  api.route(
    {
      ...columns,
      method: "put",
      summary: "Keep how you want the table of the Audit Logs page",
      description: "For you alone: no event records it. `GET /v1/session` answers it.",
      body: columnLayout,
      answers: { 204: nothing("Kept") },
    },
    async ({ by, input }) => {
      await identity.profile.keepColumnLayout(by, input);
      return [204];
    },
  );
  api.route(
    { ...columns, method: "delete", summary: "Reset the table's columns", answers: { 204: nothing("Reset") } },
    async ({ by }) => {
      await identity.profile.keepColumnLayout(by, undefined);
      return [204];
    },
  );
}

function guessingRoute(api: Api, { identity }: Pick<Parts, "identity">): void {
  api.route(
    {
      ...shared,
      path: "/v1/profile/password-guessing",
      method: "delete",
      summary: "Dismiss the warning about wrong passwords",
      description: "The count starts again from 0.",
      answers: { 204: nothing("Dismissed") },
    },
    async ({ by }) => {
      await identity.profile.dismissPasswordGuessing(by);
      return [204];
    },
  );
}

function sessionsRoutes(api: Api, { identity }: Pick<Parts, "identity">): void {
  const all = { ...shared, path: "/v1/profile/sessions" } as const;
  api.route(
    {
      ...all,
      method: "get",
      summary: "Your sessions: this one first, then by last use",
      answers: { 200: json("Sessions", z.object({ data: z.array(ownSession) })) },
    },
    async ({ by }) => [200, { data: (await identity.profile.sessions(by)).map(describeOwnSession) }],
  );
  api.route(
    {
      ...all,
      method: "delete",
      summary: "Sign out everywhere, here too",
      answers: { 204: nothing("Every session of yours has ended") },
    },
    async ({ c, by }) => {
      addCookies(c, (await identity.profile.endAllSessions(by, c.get("origin"))).setCookies);
      return [204];
    },
  );
  api.route(
    {
      ...shared,
      path: "/v1/profile/sessions/{id}",
      method: "delete",
      summary: "End one session of yours",
      answers: { 204: nothing("It has ended") },
      problems: [404],
    },
    async ({ c, by, params }) => {
      addCookies(c, (await identity.profile.endSession(by, params.id, c.get("origin"))).setCookies);
      return [204];
    },
  );
}

function twoFactorRoutes(api: Api, { identity }: Pick<Parts, "identity">): void {
  const twoFactor = { ...shared, path: "/v1/profile/two-factor" } as const;
  api.route(
    {
      ...twoFactor,
      method: "post",
      summary: "Begin two-factor sign-in: a secret for an authenticator app, and recovery codes",
      description:
        "Sign-in needs no code before this is confirmed. An earlier set-up that was not confirmed is replaced.",
      body: passwordAgain,
      answers: { 201: json("Shown this once", twoFactorSecret) },
      problems: [409, 429],
    },
    async ({ c, by, input }) => {
      const begun = await identity.profile.beginTwoFactor(by, input.password, c.get("origin"));
      return [201, { secret: begun.secret, uri: begun.uri, recovery_codes: begun.recoveryCodes }];
    },
  );
  api.route(
    {
      ...shared,
      path: "/v1/profile/two-factor/confirm",
      method: "post",
      summary: "Turn two-factor sign-in on, with a code that the app shows",
      body: codeInput,
      answers: { 204: nothing("It is on") },
      problems: [404, 409, 429],
    },
    async ({ c, by, input }) => {
      await identity.profile.confirmTwoFactor(by, input.code, c.get("origin"));
      return [204];
    },
  );
  api.route(
    {
      ...twoFactor,
      method: "delete",
      summary: "Turn two-factor sign-in off",
      body: passwordAgain,
      answers: { 204: nothing("It is off") },
      problems: [429],
    },
    async ({ c, by, input }) => {
      await identity.profile.disableTwoFactor(by, input.password, c.get("origin"));
      return [204];
    },
  );
}

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
