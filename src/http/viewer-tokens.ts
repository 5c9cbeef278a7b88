import { type OpenAPIHono, z } from "@hono/zod-openapi";
import { DaybookError } from "../errors.ts";
import { organizationId } from "../event/schema.ts";
import { type Identity, PLATFORM_ORGANIZATION, VIEWER_TOKEN_MAX_MS } from "../identity/contract.ts";
import { viewerTokenRequest } from "../identity/input.ts";
import { parseFixedFilter } from "../search/filters.ts";
import { fixedFilter } from "../search/parameters.ts";
import { requireScope } from "./access.ts";
import type { Env } from "./env.ts";
import { readInputOf } from "./input.ts";
import { problems } from "./problem.ts";

/**
 * Showing a customer their own audit logs inside the host application: the application's server takes a token with a key of the
 * platform and puts `/embed#token=…` into a frame; the page reads with that token and nothing else.
 */
export function viewerRoutes(app: OpenAPIHono<Env>, identity: Identity, publicUrl: string): void {
  app.openAPIRegistry.registerPath(issueDescription);
  app.post("/v1/viewer-tokens", async (c) => {
    const issuer = async () => {
      const principal = await identity.authenticate(c.req.raw.headers);
      requireScope(principal, "events:read");
      if (principal.organization === undefined) return principal;
      throw new DaybookError("forbidden", "This needs a key of the platform.");
    };
    const { by, input } = await readInputOf(c, issuer, viewerTokenRequest);
    const { organization, filter = {}, viewer: person, expires_in } = input;
    if (organization === PLATFORM_ORGANIZATION || !(await identity.organizationExists(organization))) {
      throw new DaybookError("not_found", "There is no such organization.");
    }
    readFilter(filter);
    const validForMs = expires_in === undefined ? VIEWER_TOKEN_MAX_MS : expires_in * 1000;
    const { token, expiresAt } = identity.issueViewerToken({ organization, filter, person, validForMs }, by);
    const url = `${publicUrl}/embed#token=${token}`;
    return c.json({ token, url, expires_at: new Date(expiresAt).toISOString() }, 201);
  });

  app.openAPIRegistry.registerPath(viewerDescription);
  app.get("/v1/viewer", async (c) => {
    const principal = await identity.authenticateReader(c.req.raw.headers);
    if (principal.type !== "viewer") throw new DaybookError("forbidden", "This needs a viewer token.");
    const { organization: id, filter, expiresAt } = principal;
    const organization = await identity.organization(id);
    return c.json({
      organization: { id, name: organization?.name ?? id, time_zone: organization?.timeZone ?? null },
      filter,
      permissions: VIEWER_PERMISSIONS,
      expires_at: new Date(expiresAt).toISOString(),
    });
  });
}

const VIEWER_PERMISSIONS = ["audit_log.read", "audit_log.export"] as const;

/** Faults of a filter, told as those of the field it stands in. */
function readFilter(filter: unknown): void {
  try {
    parseFixedFilter(filter);
  } catch (error) {
    if (!(error instanceof DaybookError)) throw error;
    const errors = error.errors.map(({ pointer, message }) => ({ pointer: `/filter${pointer}`, message }));
    throw new DaybookError("invalid_input", "The input is not valid.", { errors });
  }
}

const issueDescription = {
  method: "post" as const,
  path: "/v1/viewer-tokens",
  tags: ["Viewers"],
  summary: "Issue a token that reads one organization's log for minutes",
  description: "With a platform key of scope `events:read`. The token ends with its time, or when that key does.",
  security: [{ key: [] }],
  request: {
    body: {
      required: true,
      content: { "application/json": { schema: viewerTokenRequest.extend({ filter: fixedFilter.optional() }) } },
    },
  },
  responses: {
    201: {
      description: "The token, and the page that opens with it",
      content: {
        "application/json": {
          schema: z.object({
            token: z.string(),
            url: z.string(),
            expires_at: z.string().meta({ format: "date-time" }),
          }),
        },
      },
    },
    ...problems(400, 401, 403, 404, 413, 415, 422),
  },
};

const viewerDescription = {
  method: "get" as const,
  path: "/v1/viewer",
  tags: ["Viewers"],
  summary: "What a viewer token may see",
  security: [{ key: [] }],
  responses: {
    200: {
      description: "Its organization, fixed filter and end",
      content: {
        "application/json": {
          schema: z.object({
            organization: z.object({ id: organizationId, name: z.string(), time_zone: z.string().nullable() }),
            filter: fixedFilter,
            permissions: z.array(z.enum(VIEWER_PERMISSIONS)),
            expires_at: z.string().meta({ format: "date-time" }),
          }),
        },
      },
    },
    ...problems(401, 403),
  },
};
