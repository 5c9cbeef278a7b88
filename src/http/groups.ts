import { z } from "@hono/zod-openapi";
import type { NamedGroup } from "../read/groups.ts";
import { GROUP_KEYS } from "../search/contract.ts";

/** A group as it is answered: its times as RFC 3339. */
export function withTimes({ first, last, ...group }: NamedGroup): object {
  return { ...group, first: new Date(first).toISOString(), last: new Date(last).toISOString() };
}

const instant = (description: string) => z.string().meta({ format: "date-time", description });

export const groupsAnswer = z.object({
  by: z.enum(GROUP_KEYS),
  groups: z.array(
    z.object({
      value: z.string().optional().meta({ description: "Absent where `damaged` is true." }),
      type: z.string().optional().meta({ description: "Of a resource: two types can use one id." }),
      name: z
        .string()
        .optional()
        .meta({ description: "Of a user or resource, as the newest event that names it does." }),
      email: z.string().optional().meta({ description: "Of a user, from the same event." }),
      damaged: z.literal(true).optional().meta({ description: "The entry that would give the name is damaged." }),
      reason: z.enum(["log", "header", "body", "search"]).optional(),
      count: z.number().int(),
      first: instant("When the first event of the group happened."),
      last: instant("When the last one did."),
      actors: z.number().int().meta({
        description:
          "Distinct actors. One without an id counts by its name and e-mail; in a group of addresses also by `metadata.email`.",
      }),
    }),
  ),
  more: z.boolean(),
});
