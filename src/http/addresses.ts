import { FILTER_VALUES_MAX, parseAddress } from "@daybook/sdk/filters";
import { z } from "@hono/zod-openapi";
import { reading } from "./allow.ts";
import { json, time } from "./answers.ts";
import { onlyParameters, tenant } from "./parameters.ts";
import type { Parts } from "./parts.ts";
import type { Api } from "./route.ts";

const ips = z
  .preprocess(
    (value) => (typeof value === "string" ? [value] : value),
    z
      .array(z.string().refine((ip) => parseAddress(ip) !== undefined, "must be an IPv4 or IPv6 address"))
      .max(FILTER_VALUES_MAX, `must be given at most ${FILTER_VALUES_MAX} times`),
  )
  .meta({ description: "Addresses. Repeatable. Without one, only the databases are named.", example: ["203.0.113.7"] })
  .optional();

const facts = z.object({
  ip: z.string().meta({ description: "As it was asked for." }),
  country: z
    .object({ code: z.string().meta({ description: "ISO 3166-1, two letters." }), name: z.string() })
    .optional(),
  network: z
    .object({ number: z.number().int(), name: z.string().optional() })
    .optional()
    .meta({ description: "The autonomous system that the address belongs to." }),
});

const addressFacts = z
  .object({
    data: z.array(facts),
    databases: z.array(
      z.object({
        type: z.string(),
        built_at: time,
        stale: z.boolean().meta({ description: "Older than 90 days: it can be out of date." }),
      }),
    ),
  })
  .meta({ id: "AddressFacts" });

/** `GET /v1/addresses`: which country and network addresses are in, as the operator's databases say. */
export function addressesRoute(api: Api, { addressDatabases }: Pick<Parts, "addressDatabases">): void {
  api.route(
    {
      method: "get",
      path: "/v1/addresses",
      tag: "Events",
      summary: "Country and network of addresses",
      description:
        "From the files that the server was started with (`--address-database`). No network is used. Facts that are in no file are left out.",
      allow: reading("audit_log.read"),
      query: onlyParameters({ ...tenant, ip: ips }),
      answers: { 200: json("What is known", addressFacts) },
      problems: [404],
    },
    async ({ query: { ip: asked = [] } }) => {
      const data = await Promise.all(asked.map(async (ip) => ({ ip, ...(await addressDatabases.lookUp(ip)) })));
      const databases = addressDatabases.states.map(({ type, builtAt, stale }) => ({
        type,
        built_at: new Date(builtAt).toISOString(),
        stale,
      }));
      return [200, { data, databases }];
    },
  );
}
