import { z } from "@hono/zod-openapi";
import { DaybookError } from "../errors.ts";
import { reviewRequest } from "../identity/index.ts";
import { atPointer, parseReviewed, reviewedFilter } from "../query/index.ts";
import { resolveQuery } from "../read/index.ts";
import { person } from "./allow.ts";
import { json, time } from "./answers.ts";
import type { Parts } from "./parts.ts";
import type { Api } from "./route.ts";

const reviewed = z
  .object({
    id: z.string().meta({ description: "The event's id." }),
    reviewed_at: time,
    as_of: z.string().meta({ description: "A position." }),
    count: z.number().int().meta({ description: "Events that were reviewed, exactly." }),
  })
  .meta({ id: "RecordedReview" });

/** As it is described: with the filters that identity leaves to the query. */
const newReview = reviewRequest.extend({ filters: reviewedFilter.optional() }).meta({ id: "NewReview" });

/**
 * `POST /v1/organizations/{id}/reviews`: a person signs off what they have looked at. The sign-off is itself an event, and nothing else: the last
 * one is found like any event, and what is new since then is the same filters with `since` its `as_of`.
 */
export function reviewRoute(
  api: Api,
  { identity, search, reader, readingEvents }: Pick<Parts, "identity" | "search" | "reader" | "readingEvents">,
): void {
  api.route(
    {
      method: "post",
      path: "/v1/organizations/{id}/reviews",
      tag: "Reviewing",
      summary: "Sign off a review",
      description:
        "An event `audit_log.review` records the review: the filters, the positions from and up to which it goes, the number of events, and the note.",
      allow: person,
      body: reviewRequest,
      describedBody: {
        "application/json": { schema: newReview },
      },
      answers: { 201: json("Recorded", reviewed) },
      problems: [404],
    },
    async ({ c, by, params, input: { as_of, since, filters = {}, note, view } }) => {
      const access = await identity.accessOf(by, "audit_log.review", params.id);
      const parameters = { ...atPointer("/filters", () => parseReviewed(filters)), as_of, since };
      const scope = await reader.scope(access);
      const query = asInput(() => resolveQuery(parameters, scope));
      const count = await search.count(query);
      const review = {
        filters,
        as_of,
        ...(since === undefined ? {} : { since }),
        count,
        ...(note && { note }),
        ...(view && { view }),
      };
      const { id, timestamp } = await readingEvents.reviewed(access, c.get("origin"), review);
      return [201, { id, reviewed_at: timestamp, as_of, count }];
    },
  );
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
