import { boundMs } from "../../time/bound.ts";
import { type Filters, toQuery } from "../filters/filters.ts";
import type { Order } from "../filters/read-search.ts";
import type { Clock } from "../time/range.ts";

/** Why nothing new can match these filters; undefined when it can. */
export function liveHindrance({ end, as_of }: Filters, clock: Clock, order: Order): string | undefined {
  if (order === "asc") return "Live needs the newest events first";
  if (as_of !== undefined) return "These rows are pinned to an earlier time; Live needs the newest events";
  if (end !== undefined && boundMs(end, clock.zone, "end") <= clock.now) return "Live needs a range that ends now";
  return undefined;
}

/** The filters as the live stream takes them: a range that nobody ended has no end, also after midnight. */
export function liveQuery(filters: Filters, tenant: string, clock: Clock): URLSearchParams {
  const query = toQuery(filters, tenant, clock);
  if (filters.end === undefined) query.delete("end");
  // What comes is later than either position.
  query.delete("as_of");
  query.delete("since");
  return query;
}
