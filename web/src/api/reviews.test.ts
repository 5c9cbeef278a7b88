import { expect, it } from "vitest";
import { loggedEvent } from "../audit-logs/event/event.fixture.ts";
import { readReview } from "./reviews.ts";

const event = loggedEvent({
  id: "e_1",
  source: { type: "daybook" },
  action: "audit_log.review",
  actor: { type: "user", id: "u_1", name: "Ada" },
  metadata: {
    as_of: "0189e9f4-7c1f-4f0a-9b7d-0c2a5f4b3d21:9",
    count: 3,
    filters: { action: ["auth.*"], q: 7 },
    note: "Fine",
  },
});

it("reads a sign-off from its event", () => {
  expect(readReview(event)).toEqual({
    id: "e_1",
    at: event.timestamp,
    reviewer: "Ada",
    asOf: "0189e9f4-7c1f-4f0a-9b7d-0c2a5f4b3d21:9",
    since: undefined,
    count: 3,
    filters: { action: ["auth.*"] },
    note: "Fine",
  });
});

it("takes no event for one that a caller recorded under the same name, nor one that lacks what makes it one", () => {
  expect(readReview({ ...event, source: { type: "api_key", id: "k_1" } })).toBeUndefined();
  expect(readReview({ ...event, metadata: {} })).toBeUndefined();
});
