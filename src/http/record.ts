import { WARNING_CODES } from "@daybook/sdk";
import type { OpenAPIHono } from "@hono/zod-openapi";
import { z } from "@hono/zod-openapi";
import { sentEvent } from "../event/schema.ts";
import type { Env } from "./env.ts";
import { problems } from "./problem.ts";
import { type RecordParts, recordEvents } from "./record-events.ts";
import { EVENTS_MAX } from "./sent-events.ts";

export const RECORD_PATH = "/v1/events";

/** `POST /v1/events`: one event, an array, or NDJSON. Most requests are answered before they get here: see record-directly.ts. */
export function recordRoute(app: OpenAPIHono<Env>, parts: RecordParts): void {
  app.openAPIRegistry.registerPath(description);
  app.post(RECORD_PATH, async (c) => {
    const { status, headers, body } = await recordEvents(parts, {
      incoming: c.env.incoming,
      outgoing: c.env.outgoing,
      requestId: c.get("requestId"),
      authenticate: () => parts.identity.authenticate(c.req.raw.headers),
    });
    return c.body(body, status, {
      ...headers,
      "content-type": "application/json",
      "cache-control": "no-store",
    });
  });
}

const receipt = z
  .object({
    id: z.string(),
    log_id: z.string(),
    sequence: z.number().int(),
    leaf_hash: z.string().meta({ description: "hex(SHA-256(0x00 ‖ header))" }),
    recorded_at: z.string().meta({ format: "date-time" }),
    duplicate: z.boolean(),
    warnings: z
      .array(z.object({ pointer: z.string(), code: z.enum(WARNING_CODES), message: z.string() }))
      .optional()
      .meta({
        description: "What was stored but deserves a look. Absent when there is nothing to say, and on duplicates.",
      }),
  })
  .meta({ id: "Receipt" });

const rejected = z
  .object({
    id: z.string().optional(),
    error: z.object({
      code: z.string(),
      message: z.string(),
      pointer: z.string().optional(),
      errors: z.array(z.object({ pointer: z.string(), message: z.string() })).optional(),
    }),
  })
  .meta({ id: "Rejection" });

const results = {
  content: { "application/json": { schema: z.object({ results: z.array(z.union([receipt, rejected])) }) } },
};

const description = {
  method: "post" as const,
  path: RECORD_PATH,
  summary: "Record events",
  description: `One event, or up to ${EVENTS_MAX} as an array or as NDJSON, in at most 5 MiB decoded. Results stand in the order of the request.`,
  tags: ["Events"],
  security: [{ key: [] }],
  request: {
    body: {
      required: true,
      content: {
        "application/json": { schema: z.union([sentEvent, z.array(sentEvent).max(EVENTS_MAX)]) },
        "application/x-ndjson": { schema: z.string().meta({ description: "One event a line." }) },
      },
    },
  },
  responses: {
    201: { description: "All are durable", ...results },
    207: { description: "Some were not recorded; their results say why", ...results },
    ...problems(400, 401, 403, 408, 409, 413, 415, 422, 429, 503),
  },
};
