import type { Review } from "../api/reviews.ts";
import { type FilterName, type Filters, isRepeatable, readFilters, toQuery } from "../audit-logs/filters/filters.ts";
import { withPinnedDates } from "../audit-logs/filters/pinned.ts";
import type { Clock } from "../audit-logs/time/range.ts";
import { dayIn } from "../time/zoned.ts";

/** Not a filter of a review: whose logs, and the positions, which it has by themselves. */
const APART: ReadonlySet<string> = new Set(["tenant_id", "as_of", "since"]);

/** The page's filters as a sign-off records them, every date absolute. */
export function reviewedFilters(filters: Filters, clock: Clock): Record<string, string | string[]> {
  const query = toQuery(withPinnedDates(filters, clock), "", clock);
  const reviewed: Record<string, string | string[]> = {};
  for (const name of new Set(query.keys())) {
    if (APART.has(name)) continue;
    const values = query.getAll(name);
    reviewed[name] = isRepeatable(name as FilterName) ? values : (values[0] ?? "");
  }
  return reviewed;
}

/** The filters that show what was reviewed, as it was then. */
export function filtersOfReview({ filters, asOf, since }: Review): Filters {
  return readFilters({
    ...filters,
    as_of: asOf,
    ...(since !== undefined && { since }),
  }).filters;
}

/** The zone that its days were meant in. */
export function zoneOfReview({ filters }: Review): string {
  return typeof filters.tz === "string" ? filters.tz : "UTC";
}

/**
 * The filters that show what came since: those of the review but for its period, from the day of the review on. What was recorded since
 * of an earlier time is not of that range.
 */
export function filtersSince(review: Review, { zone }: Clock): Filters {
  const { start: _start, end: _end, as_of: _asOf, ...others } = filtersOfReview(review);
  return { ...others, start: dayIn(Date.parse(review.at), zone), since: review.asOf };
}
