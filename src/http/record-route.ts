import { WARNING_CODES } from "@daybook/sdk";
import { z } from "@hono/zod-openapi";
import { sentEvent } from "../event/index.ts";
import { keyOfHandler } from "./allow.ts";
import { cosignedHead, json, time } from "./answers.ts";
import { type RecordParts, recordEvents } from "./record-events.ts";
import type { Api } from "./route.ts";
import { EVENTS_MAX } from "./sent-events.ts";

export const RECORD_PATH = "/v1/events";

export const receipt = z
  .object({
    id: z.string(),
    log_id: z.string(),
    sequence: z.number().int(),
    leaf_hash: z.string().meta({ description: "hex(SHA-256(0x00 ‖ header))" }),
    recorded_at: time,
    duplicate: z.boolean(),
    warnings: z
      .array(z.object({ pointer: z.string(), code: z.enum(WARNING_CODES), message: z.string() }))
      .optional()
      .meta({
        description:
          "The event is stored, but you should check these fields. Absent if there are none, and for duplicates.",
      }),
  })
  .meta({ id: "Receipt" });

export const rejected = z
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

const results = z.object({ results: z.array(z.union([receipt, rejected])), checkpoint: cosignedHead });

/** `POST /v1/events`: one event, an array, or NDJSON. Most requests are answered before they get here: see record-directly.ts. */
export function recordRoute(api: Api, parts: RecordParts): void {
  api.route(
    {
      method: "post",
      path: RECORD_PATH,
      tag: "Events",
      summary: "Record events",
      description: `One event, or up to ${EVENTS_MAX} as an array or as NDJSON, in at most 5 MiB decoded. Results are in the order of the request.`,
      allow: keyOfHandler,
      describedBody: {
        "application/json": { schema: z.union([sentEvent, z.array(sentEvent).max(EVENTS_MAX)]) },
        "application/x-ndjson": { schema: z.string().meta({ description: "One event a line." }) },
      },
      answers: {
        201: json("All are durable", results),
        207: json("Some were not recorded; their results say why", results),
      },
      problems: [409, 429],
    },
    async ({ c }) => {
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
    },
  );
}
