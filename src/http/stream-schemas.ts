import { z } from "@hono/zod-openapi";
import { FORMATS, HEALTH, ORGANIZATIONS, PROOFS, SINK_KINDS } from "../streams/index.ts";
import { actor, time } from "./answers.ts";

/** Streams as the API answers them. */

const any = z.record(z.string(), z.unknown());

export const streamSchema = z
  .object({
    id: z.string(),
    organization: z.string(),
    name: z.string(),
    type: z.enum(SINK_KINDS.map(({ type }) => type)),
    config: any,
    secrets: z
      .array(z.string())
      .meta({ description: "Names of the secrets that are set. The secrets are never shown." }),
    public_keys: z
      .array(z.string())
      .meta({ description: "What `v1a` signatures of a webhook are verified with, newest first." }),
    format: z.enum(FORMATS),
    filter: any,
    proof: z.enum(PROOFS),
    organizations: z.enum(ORGANIZATIONS),
    enabled: z.boolean().meta({ description: "False: paused." }),
    created_by: actor,
    created_at: time,
    updated_at: time,
    state: z.object({
      health: z.enum(HEALTH),
      delivered_through: z.string().nullable().meta({
        description:
          "`<log id>:<sequence>` of the last event that was delivered or left out by the filter; null: none.",
      }),
      lag: z.int().meta({ description: "Events that were not looked at yet." }),
      delivered: z.int().meta({ description: "Events that were delivered, repeats included." }),
      last_delivered_at: time.nullable(),
      failing_since: time.nullable(),
      last_error: z.string().nullable(),
    }),
  })
  .meta({ id: "Stream" });

export const replayedStreamSchema = streamSchema
  .extend({
    warnings: z.array(z.string()).meta({
      description:
        "What to know about the events that it begins with, for example that the receiver drops such old ones.",
    }),
  })
  .meta({ id: "ReplayedStream" });

export const createdStreamSchema = replayedStreamSchema
  .extend({
    signing_secret: z
      .string()
      .nullable()
      .meta({ description: "What `v1` signatures of a webhook are verified with; null for streams of another type." }),
  })
  .meta({ id: "CreatedStream" });

export const testResultSchema = z
  .object({
    delivered: z.boolean(),
    error: z.string().nullable().meta({ description: "Why it was not delivered." }),
    duration_ms: z.int(),
  })
  .meta({ id: "StreamTest" });
