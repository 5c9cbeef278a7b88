import { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import {
  columnLayout,
  credentials,
  type Identity,
  parseInput,
  permissionsOf,
  type SessionPrincipal,
  signInLink,
} from "../identity/index.ts";
import { anyone, perhapsPerson } from "./allow.ts";
import { json, nothing, permission, reviewing, role, time } from "./answers.ts";
import type { Env } from "./env.ts";
import { readJson } from "./input.ts";
import type { Parts } from "./parts.ts";
import type { Api } from "./route.ts";

const userSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    email: z.string(),
    two_factor: z.boolean(),
    password_guessing: z.object({ noticed_at: time, networks: z.int(), failures: z.int() }).nullable().meta({
      description: "Wrong passwords for this account, until they are dismissed; null: there are none to report.",
    }),
    columns: columnLayout
      .nullable()
      .meta({ description: "How they want the table of the Audit Logs page; null: as it comes." }),
  })
  .meta({ id: "User" });

const ownOrganization = z
  .object({
    id: z.string(),
    name: z.string(),
    role,
    permissions: z.array(permission),
    time_zone: z.string().nullable().meta({ description: "IANA name; null: each reader's own." }),
    ...reviewing,
  })
  .meta({ id: "OwnOrganization" });

export const sessionSchema = z
  .object({
    user: userSchema.or(z.null()),
    organizations: z
      .array(ownOrganization)
      .meta({ description: "By name; the platform itself, `daybook`, is the last." }),
    set_up: z.boolean().meta({ description: "False until the first organization has its owner." }),
  })
  .meta({ id: "Session" });

const shared = { path: "/v1/session", tag: "Console" } as const;

/** `/v1/session`: who is signed in here, signing in and signing out. */
export function sessionRoutes(api: Api, { identity }: Pick<Parts, "identity">): void {
  api.route(
    {
      ...shared,
      method: "get",
      summary: "Who is signed in",
      allow: perhapsPerson,
      answers: { 200: json("The session, or nobody", sessionSchema) },
    },
    async ({ by }) => [200, await describeSession(identity, by)],
  );
  api.route(
    {
      ...shared,
      method: "post",
      summary: "Sign in, with a password or a one-time link's token",
      description:
        "If the password is right and the account has two-factor sign-in, the answer is `two_factor_required`: send the same request again with `code`.",
      allow: anyone,
      describedBody: { "application/json": { schema: z.union([credentials, signInLink]) } },
      answers: { 201: json("Signed in; the cookie is set", sessionSchema) },
      problems: [401, 429],
    },
    async ({ c }) => {
      const input = await readJson(c);
      const { headers } = c.req.raw;
      const origin = c.get("origin");
      const byLink = typeof input === "object" && input !== null && "token" in input;
      const { principal, setCookies } = byLink
        ? await identity.signInWithToken(parseInput(signInLink, input).token, origin, headers)
        : await identity.signIn(parseInput(credentials, input), origin, headers);
      addCookies(c, setCookies);
      return [201, await describeSession(identity, principal)];
    },
  );
  api.route(
    {
      ...shared,
      method: "delete",
      summary: "Sign out",
      allow: anyone,
      answers: { 204: nothing("You are signed out") },
    },
    async ({ c }) => {
      addCookies(c, (await identity.signOut(c.req.raw.headers, c.get("origin"))).setCookies);
      return [204];
    },
  );
}

/** What the console needs to know of its user. */
export async function describeSession(identity: Identity, principal: SessionPrincipal | undefined) {
  const user = principal && (await describeUser(identity, principal.user));
  return {
    user: user ?? null,
    organizations: (principal?.memberships ?? []).map((membership) => ({
      id: membership.organization,
      name: membership.name,
      role: membership.role,
      permissions: permissionsOf(membership),
      time_zone: membership.timeZone,
      office_hours: membership.officeHours,
      review_due: membership.reviewDue,
    })),
    set_up: await identity.isSetUp(),
  };
}

async function describeUser({ profile }: Identity, user: SessionPrincipal["user"]) {
  const guessing = await profile.passwordGuessing(user.id);
  return {
    ...user,
    two_factor: await profile.hasTwoFactor(user.id),
    columns: (await profile.columnLayout(user.id)) ?? null,
    password_guessing: guessing
      ? {
          noticed_at: new Date(guessing.noticedAt).toISOString(),
          networks: guessing.networks,
          failures: guessing.failures,
        }
      : null,
  };
}

export function addCookies(c: Context<Env>, setCookies: readonly string[]): void {
  for (const cookie of setCookies) c.header("set-cookie", cookie, { append: true });
}
