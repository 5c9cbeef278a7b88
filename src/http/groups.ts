import { z } from "@hono/zod-openapi";
import { GROUP_KEYS, groupParameters, NAMES_MAX } from "../query/index.ts";
import { lookUp, type NamedGroup, resolveQuery } from "../read/index.ts";
import { json, time } from "./answers.ts";
import { DAMAGE_REASONS } from "./event-answer.ts";
import { eventsCall, lookOf, type ReadParts } from "./events-call.ts";
import type { Api } from "./route.ts";

const groupsAnswer = z
  .object({
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
        reason: z.enum(DAMAGE_REASONS).optional(),
        count: z.number().int(),
        first: time.meta({ description: "When the first event of the group happened." }),
        last: time.meta({ description: "When the last one did." }),
        actors: z.number().int().meta({
          description:
            "Distinct actors. One without an id counts by its name and e-mail; in a group of addresses also by `metadata.email`.",
        }),
      }),
    ),
    more: z.boolean(),
  })
  .meta({ id: "Groups" });

/** `GET /v1/groups`: the matching events by what they have in common. */
export function groupsRoute(api: Api, parts: ReadParts): void {
  api.route(
    {
      ...eventsCall,
      path: "/v1/groups",
      summary: "Group events by user, resource or address",
      description:
        "Counts the matching events by what they have in common, most frequent first. A network is a /24 of IPv4 or a /64 of IPv6. Events without the field are in no group.",
      query: groupParameters,
      answers: { 200: json("Groups", groupsAnswer) },
    },
    async (call) => {
      const { by, limit = NAMES_MAX } = call.query;
      const query = resolveQuery(call.query, await lookUp(parts, lookOf(call)));
      const { groups, more } = await parts.reader.groups(query, { by, limit });
      return [200, { by, groups: groups.map(withTimes), more }];
    },
  );
}

/** A group as it is answered: its times as RFC 3339. */
function withTimes({ first, last, ...group }: NamedGroup) {
  return { ...group, first: new Date(first).toISOString(), last: new Date(last).toISOString() };
}
