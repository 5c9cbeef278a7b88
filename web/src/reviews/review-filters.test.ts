import { expect, it } from "vitest";
import type { Review } from "../api/reviews.ts";
import { filtersOfReview, filtersSince, reviewedFilters, zoneOfReview } from "./review-filters.ts";

const LOG = "0189e9f4-7c1f-4f0a-9b7d-0c2a5f4b3d21";
const clock = { now: Date.parse("2026-11-22T10:00:00.500Z"), today: "2026-11-22", zone: "UTC" };

const review: Review = {
  id: "e_1",
  at: "2026-11-20T23:30:00.000Z",
  reviewer: "Ada",
  asOf: `${LOG}:120`,
  since: `${LOG}:80`,
  count: 7,
  filters: { action: ["auth.*"], start: "2026-10-22", end: "2026-11-20", tz: "Europe/Paris", q: "x" },
  note: undefined,
  view: undefined,
};

it("signs off absolute dates, and positions not as filters", () => {
  const filters = {
    range: "7d",
    action: ["auth.*"],
    not_role: ["service"],
    q: "x",
    as_of: `${LOG}:9`,
    since: `${LOG}:3`,
  } as const;
  expect(reviewedFilters(filters, clock)).toEqual({
    start: "2026-11-16",
    end: "2026-11-22",
    action: ["auth.*"],
    not_role: ["service"],
    q: "x",
  });
  const hours = reviewedFilters({ range: "1h" }, { ...clock, zone: "Europe/Paris" });
  expect(hours).toEqual({ start: "2026-11-22T09:00:00Z", end: "2026-11-22T10:00:01Z", tz: "Europe/Paris" });
});

it("shows what was reviewed again, as it was", () => {
  expect(filtersOfReview(review)).toEqual({
    action: ["auth.*"],
    start: "2026-10-22",
    end: "2026-11-20",
    q: "x",
    as_of: `${LOG}:120`,
    since: `${LOG}:80`,
  });
  expect(zoneOfReview(review)).toBe("Europe/Paris");
});

it("asks for what came since by the same filters, from the review's day on in the page's zone", () => {
  expect(filtersSince(review, clock)).toEqual({ action: ["auth.*"], q: "x", start: "2026-11-20", since: `${LOG}:120` });
  expect(filtersSince(review, { ...clock, zone: "Europe/Paris" }).start).toBe("2026-11-21");
});
