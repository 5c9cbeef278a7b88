import type { ViewerScope, ViewerToken } from "@daybook/sdk";
import { z } from "@hono/zod-openapi";
import { DaybookError } from "../errors.ts";
import { organizationId } from "../event/index.ts";
import {
  noSuchOrganization,
  type Permission,
  PLATFORM_ORGANIZATION,
  requireScope,
  VIEWER_TOKEN_MAX_MS,
  type ViewerPrincipal,
  viewerTokenRequest,
} from "../identity/index.ts";
import { fixedFilter, requireFixedFilter } from "../query/index.ts";
import { type Allow, platformKey } from "./allow.ts";
import { json, permission, time } from "./answers.ts";
import { type Parts, publicUrl } from "./parts.ts";
import type { Api } from "./route.ts";

const READING = ["audit_log.read", "audit_log.export"] as const;
const PERMISSIONS_OF = {
  "streams:manage": ["stream.read", "stream.manage"],
} as const satisfies Record<ViewerScope, readonly Permission[]>;

const givenFilter = z.record(z.string(), z.union([z.string(), z.array(z.string())]));

const issued = z.object({
  token: z.string(),
  url: z.string(),
  streams_url: z
    .string()
    .nullable()
    .meta({ description: "The page of the organization's streams; null without the scope." }),
  expires_at: time,
}) satisfies z.ZodType<ViewerToken>;

const seen = z
  .object({
    organization: z.object({
      id: organizationId,
      name: z.string(),
      time_zone: z.string().nullable(),
      sensitive_actions: z.array(z.string()).meta({ description: "Actions and families that the page marks." }),
    }),
    filter: givenFilter.meta({ description: "As it was given: nothing outside it is shown." }),
    permissions: z.array(permission),
    expires_at: time,
  })
  .meta({ id: "Viewer" });

const viewer: Allow<ViewerPrincipal> = {
  security: [{ key: [] }],
  admit: ({ identity, headers }) => identity.viewer(headers),
};

/**
 * Showing a customer their own audit logs inside the host application: the application's server takes a token with a key of the
 * platform and puts `/embed#token=…` into a frame; the page reads with that token and nothing else.
 */
export function viewerRoutes(api: Api, parts: Pick<Parts, "identity" | "publicOrigins">): void {
  issueRoute(api, parts);
  seenRoute(api, parts);
}

function issueRoute(api: Api, { identity, ...parts }: Pick<Parts, "identity" | "publicOrigins">): void {
  api.route(
    {
      method: "post",
      path: "/v1/viewer-tokens",
      tag: "Viewers",
      summary: "Issue a token that can read one organization's log for some minutes",
      description:
        "With a platform key of scope `events:read`. The token ends when it expires, or when that key is revoked.",
      allow: platformKey("events:read"),
      body: viewerTokenRequest,
      describedBody: {
        "application/json": { schema: viewerTokenRequest.extend({ filter: fixedFilter.optional() }) },
      },
      answers: { 201: json("The token, and the pages that open with it", issued) },
      problems: [404],
    },
    async ({ by, input: { organization, filter, viewer: person, scopes = [], expires_in } }) => {
      requireCarriable(scopes, filter, person);
      for (const scope of scopes) requireScope(by, scope);
      if (organization === PLATFORM_ORGANIZATION || !(await identity.organizationExists(organization))) {
        throw noSuchOrganization();
      }
      requireFixedFilter(filter ?? {});
      const validForMs = expires_in === undefined ? VIEWER_TOKEN_MAX_MS : expires_in * 1000;
      const claims = { organization, filter: filter ?? {}, person, scopes, validForMs };
      const { token, expiresAt } = identity.issueViewerToken(claims, by);
      const page = `${publicUrl(parts)}/embed`;
      const streamsUrl = scopes.includes("streams:manage") ? `${page}/streams#token=${token}` : null;
      const expires_at = new Date(expiresAt).toISOString();
      return [201, { token, url: `${page}#token=${token}`, streams_url: streamsUrl, expires_at }];
    },
  );
}

function seenRoute(api: Api, { identity }: Pick<Parts, "identity">): void {
  api.route(
    {
      method: "get",
      path: "/v1/viewer",
      tag: "Viewers",
      summary: "What a viewer token can see",
      allow: viewer,
      answers: { 200: json("Its organization, fixed filter and end", seen) },
    },
    async ({ by: { organization: id, filter, scopes, expiresAt } }) => {
      const organization = await identity.organization(id);
      return [
        200,
        {
          organization: {
            id,
            name: organization?.name ?? id,
            time_zone: organization?.timeZone ?? null,
            sensitive_actions: [...(organization?.sensitiveActions ?? [])],
          },
          // It was valid when the token was issued.
          filter: filter as z.output<typeof givenFilter>,
          permissions: [...READING, ...scopes.flatMap((scope) => PERMISSIONS_OF[scope])],
          expires_at: new Date(expiresAt).toISOString(),
        },
      ];
    },
  );
}

/** What a stream delivers is not limited by a token's filter, and who creates one has a name. @throws DaybookError invalid_input */
function requireCarriable(scopes: readonly string[], filter: unknown, person: unknown): void {
  if (scopes.length === 0) return;
  const errors = [
    ...(person === undefined ? [{ pointer: "/viewer", message: "is required with scopes" }] : []),
    ...(filter === undefined ? [] : [{ pointer: "/filter", message: "cannot be combined with scopes" }]),
  ];
  if (errors.length > 0) throw new DaybookError("invalid_input", "The input is not valid.", { errors });
}
