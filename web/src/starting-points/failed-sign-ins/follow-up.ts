import type { Group } from "../../api/groups.ts";
import type { Filters } from "../../audit-logs/filters/filters.ts";

type Span = Pick<Group, "first" | "last">;

export interface FollowUp {
  /** Somebody signed in from there after the first failed attempt. */
  readonly succeeded: boolean;
  /** When that was first; undefined where only the last time is known. */
  readonly at: string | undefined;
  /** From when on to read what happened next. */
  readonly from: string;
}

/** What followed the failed attempts of a network. @param succeeded the sign-ins from there in the same range, if any. */
export function followUp(failed: Span, succeeded: Span | undefined): FollowUp {
  if (succeeded === undefined || succeeded.last < failed.first) {
    return { succeeded: false, at: undefined, from: failed.last };
  }
  // Who signs in from there every day did so before the first attempt, too: the first time after it is not known then.
  if (succeeded.first < failed.first) return { succeeded: true, at: undefined, from: failed.last };
  const [from = failed.last] = [succeeded.first, failed.last].sort();
  return { succeeded: true, at: succeeded.first, from };
}

/** Everything from a network from then on, whatever it was. */
export function nextFilters({ end, as_of }: Filters, network: string, from: string): Filters {
  return {
    start: from,
    ...(end !== undefined && { end }),
    ...(as_of !== undefined && { as_of }),
    ip: [network],
  };
}
