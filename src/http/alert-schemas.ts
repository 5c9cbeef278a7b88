import { z } from "@hono/zod-openapi";
import { condition } from "../alerts/index.ts";
import { actor, time } from "./answers.ts";

/** Alerts as the API answers them. */

const any = z.record(z.string(), z.unknown());
export const alertSchema = z
  .object({
    id: z.string(),
    organization: z.string(),
    name: z.string(),
    condition,
    filter: any,
    organizations: z.enum(["own", "all"]),
    deliver: z.object({
      email: z.array(z.string()),
      webhook: z.object({ url: z.string() }).nullable(),
      when: z.enum(["at_once", "hourly", "daily"]),
    }),
    enabled: z.boolean(),
    muted_until: time.nullable().meta({ description: "Until this time it fires, but nobody is notified." }),
    last_fired_at: time.nullable(),
    public_keys: z
      .array(z.string())
      .meta({ description: "What `v1a` signatures of its webhook are verified with, newest first." }),
    created_by: actor,
    created_at: time,
    updated_at: time,
  })
  .meta({ id: "Alert" });

export const createdAlertSchema = alertSchema
  .extend({
    signing_secret: z.string().nullable().meta({
      description: "What `v1` signatures of its webhook are verified with. Shown once; null where it is not new.",
    }),
  })
  .meta({ id: "CreatedAlert" });

export const firingSchema = z
  .object({
    id: z.string(),
    alert: z.object({ id: z.string(), name: z.string() }),
    fired_at: time,
    kind: z.enum(["match", "threshold", "new_value", "silence", "report", "rest"]),
    summary: z.string(),
    value: z.string().nullable().meta({ description: "The user, address or other value that it is about." }),
    count: z.int().meta({ description: "How many matches it is about." }),
    since: time.meta({ description: "When the first of them was recorded." }),
    organization: z.string().meta({ description: "Whose events." }),
    event_id: z.string().nullable().meta({ description: "The event that it fired for." }),
    acknowledged_by: actor.nullable(),
    acknowledged_at: time.nullable(),
    undelivered: z.string().nullable().meta({ description: "Why somebody was not notified, once that was given up." }),
  })
  .meta({ id: "Firing" });

export const previewSchema = z
  .object({
    from: time.meta({ description: "What was recorded since was looked at." }),
    whole: z.boolean().meta({ description: "False: there were too many events to look at all of 30 days." }),
    count: z.int(),
    firings: z
      .array(z.object({ fired_at: time, summary: z.string(), event_id: z.string().nullable() }))
      .meta({ description: "The newest 20." }),
  })
  .meta({ id: "AlertPreview" });

export const readyAlertSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    description: z.string(),
    condition,
    filter: any,
  })
  .meta({ id: "ReadyAlert" });

export const alertTestSchema = z
  .object({
    results: z.array(z.object({ channel: z.enum(["email", "webhook"]), error: z.string().nullable() })),
  })
  .meta({ id: "AlertTest" });
