import { queryOptions } from "@tanstack/react-query";
import { eventsOf, fetchEvents, type LoggedEvent } from "./events.ts";
import { type Request, send } from "./request.ts";
import type { NewReview as Declared, RecordedReview } from "./schema.ts";

/** A sign-off of what somebody looked at. It is an event of the log, and nothing else. */
export interface Review {
  /** The event's. */
  readonly id: string;
  /** RFC 3339. */
  readonly at: string;
  readonly reviewer: string;
  /** Position up to which, and after which, was looked at. */
  readonly asOf: string;
  readonly since: string | undefined;
  /** Events, exactly. */
  readonly count: number;
  /** As the API takes them: a text each, or several. */
  readonly filters: Readonly<Record<string, string | readonly string[]>>;
  readonly note: string | undefined;
  /** The name of the saved view that it was of. */
  readonly view: string | undefined;
}

const REVIEWS_SHOWN = 50;
/** Before any event. */
const BEGINNING = "1970-01-01";

function isFilter(value: unknown): value is string | string[] {
  return typeof value === "string" || (Array.isArray(value) && value.every((one) => typeof one === "string"));
}

/** @returns undefined for an event that only bears the name: callers may record such, and it signs off nothing. */
export function readReview({ id, timestamp, actor, source, metadata }: LoggedEvent): Review | undefined {
  const { as_of: asOf, since, count, filters, note, view } = metadata ?? {};
  if (source.type !== "daybook" || typeof asOf !== "string" || typeof count !== "number") return undefined;
  return {
    id,
    at: timestamp,
    reviewer: actor.name ?? actor.email ?? actor.id ?? actor.type,
    asOf,
    since: typeof since === "string" ? since : undefined,
    count,
    filters: Object.fromEntries(
      Object.entries(filters ?? {}).filter((filter): filter is [string, string | string[]] => isFilter(filter[1])),
    ),
    note: typeof note === "string" ? note : undefined,
    view: typeof view === "string" ? view : undefined,
  };
}

/** The latest reviews of an organization, newest first. */
export const reviewsQuery = (request: Request, organization: string) =>
  queryOptions({
    queryKey: ["reviews", organization],
    queryFn: async ({ signal }): Promise<readonly Review[]> => {
      const query = new URLSearchParams({ tenant_id: organization, action: "audit_log.review", start: BEGINNING });
      const page = await fetchEvents(request, query, { limit: REVIEWS_SHOWN, cursor: undefined, signal });
      return eventsOf(page.data)
        .map(readReview)
        .filter((review) => review !== undefined);
    },
  });

/** With filters as the page has them: of names that only the page's own code checks. */
export type NewReview = Omit<Declared, "filters"> & Pick<Review, "filters">;

/** @throws Problem */
export async function signOff(organization: string, review: NewReview): Promise<RecordedReview> {
  return (await send("POST", `/v1/organizations/${encodeURIComponent(organization)}/reviews`, review)).json();
}
