import { type OpenAPIHono, z } from "@hono/zod-openapi";
import { DaybookError } from "../errors.ts";
import type { Identity } from "../identity/contract.ts";
import { reviewRequest } from "../identity/input.ts";
import type { Reader } from "../read/reader.ts";
import { resolve } from "../read/resolve.ts";
import type { Search } from "../search/contract.ts";
import { parseReviewed } from "../search/filters.ts";
import { reviewedFilter } from "../search/parameters.ts";
import { person } from "./access.ts";
import type { AccessRecord } from "./access-record.ts";
import type { Env } from "./env.ts";
import { readInputOf } from "./input.ts";
import { problems } from "./problem.ts";
import { authorizeReading } from "./reading.ts";

/**
 * `POST /v1/organizations/{id}/reviews`: a person signs off what they have looked at. The sign-off is itself an event, and nothing else: the last
 * one is found like any event, and what is new since then is the same filters with `since` its `as_of`.
 */
export function reviewRoute(
  app: OpenAPIHono<Env>,
  identity: Identity,
  search: Search,
  reader: Reader,
  access: AccessRecord,
): void {
  app.openAPIRegistry.registerPath(description);
  app.post("/v1/organizations/:id/reviews", async (c) => {
    const { by, input } = await readInputOf(c, () => person(identity, c.req.raw.headers), reviewRequest);
    const { as_of, since, filters = {}, note } = input;
    const reading = await authorizeReading(identity, by, c.req.param("id"), "audit_log.review");
    const parameters = { ...atPointer("/filters", () => parseReviewed(filters)), as_of, since };
    const scope = await reader.scope(reading);
    const query = asInput(() => resolve(parameters, scope));
    const count = await search.count(query);
    const review = { filters, as_of, ...(since === undefined ? {} : { since }), count, ...(note ? { note } : {}) };
    const { id, timestamp } = await access.reviewed(reading, c.get("origin"), review);
    return c.json({ id, reviewed_at: timestamp, as_of, count }, 201);
  });
}

/** Faults of something inside a body, told with where it stands. */
function atPointer<T>(pointer: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof DaybookError)) throw error;
    const errors = error.errors.map((fault) => ({ ...fault, pointer: pointer + fault.pointer }));
    throw new DaybookError("invalid_input", "The input is not valid.", { errors });
  }
}

/** What would be a parameter's fault in a query is a field's fault in a body. */
function asInput<T>(resolve: () => T): T {
  try {
    return resolve();
  } catch (error) {
    if (!(error instanceof DaybookError) || error.code !== "invalid_parameter") throw error;
    const errors = error.errors.map(({ pointer, message }) => ({
      pointer: pointer === "start" ? "/filters/start" : `/${pointer}`,
      message,
    }));
    throw new DaybookError("invalid_input", "The input is not valid.", { errors });
  }
}

const description = {
  method: "post" as const,
  path: "/v1/organizations/{id}/reviews",
  tags: ["Reviewing"],
  summary: "Sign off a review",
  description:
    "An event `audit_log.review` tells what was reviewed: the filters, up to which position, since which, how many events that are, and the note.",
  security: [{ session: [] }],
  request: {
    params: z.object({ id: z.string() }),
    body: {
      required: true,
      content: { "application/json": { schema: reviewRequest.extend({ filters: reviewedFilter.optional() }) } },
    },
  },
  responses: {
    201: {
      description: "Recorded",
      content: {
        "application/json": {
          schema: z.object({
            id: z.string().meta({ description: "The event's id." }),
            reviewed_at: z.string().meta({ format: "date-time" }),
            as_of: z.string().meta({ description: "A position." }),
            count: z.number().int().meta({ description: "Events that were reviewed, exactly." }),
          }),
        },
      },
    },
    ...problems(400, 401, 403, 404, 413, 415, 422, 503),
  },
};
