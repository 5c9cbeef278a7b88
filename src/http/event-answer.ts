import { OUTCOMES, SOURCE_TYPES } from "@daybook/sdk";
import { z } from "@hono/zod-openapi";
import { context, eventInput } from "../event/index.ts";
import type { DamageReason } from "../read/index.ts";

/** An event as it is read. Open for fields to come: a reader ignores those it does not know. */
export const eventAnswer = eventInput
  .extend({
    id: z.string(),
    timestamp: z.string().meta({ format: "date-time", description: "When it happened, in UTC, to the millisecond." }),
    tenant_id: z.string().meta({ description: "The organization." }),
    outcome: z.enum(OUTCOMES),
    schema_version: z.number().int(),
    sequence: z.number().int().meta({ description: "Place in the organization, contiguous from 0." }),
    recorded_at: z.string().meta({ format: "date-time", description: "When the log took it." }),
    clock_at: z.string().optional().meta({
      format: "date-time",
      description: "What the server's clock showed, where that differs from `recorded_at` by more than a second.",
    }),
    context: context
      .extend({
        ip: z.string().optional().meta({ description: "An IPv4 or IPv6 address." }),
        ip_text: z.string().optional().meta({ description: "What was sent as `ip`, where that is not an address." }),
      })
      .optional(),
    source: z
      .object({ type: z.enum(SOURCE_TYPES), id: z.string().optional() })
      .meta({ description: "Who delivered it." }),
    leaf_hash: z.string().meta({ description: "hex(SHA-256(0x00 ‖ header))" }),
  })
  .loose()
  .meta({ id: "Event" });

export const DAMAGE_REASONS = ["log", "header", "body", "search"] as const satisfies readonly DamageReason[];

/** An element of a page: an event, or that one cannot be shown. */
export const itemAnswer = z.union([
  eventAnswer,
  z
    .object({
      damaged: z.literal(true),
      tenant_id: z.string(),
      sequence: z.number().int().optional().meta({ description: "Absent where search is wrong." }),
      reason: z.enum(DAMAGE_REASONS),
    })
    .meta({ id: "DamagedEntry", description: "In the place of an event that cannot be shown." }),
]);
