import { eventsPath } from "../api/events.ts";
import { beginRequest } from "../api/request.ts";
import { dayIn } from "../time/zoned.ts";
import { toQuery } from "./filters/filters.ts";
import { type AddressSearch, readSearch } from "./filters/read-search.ts";
import type { LogAccess } from "./log-access.ts";
import { isBackwards, resolveRange } from "./time/range.ts";
import { defaultZone } from "./time/zone-context.ts";
import { FIRST_PAGE } from "./use-events.ts";

const SOON_MS = 1000;

/** Asks for the first events before the page around them is drawn, which takes about as long as the server needs to find them. */
export function beginEvents(search: AddressSearch, organization: LogAccess["organization"]): void {
  const { filters, shown } = readSearch(search, defaultZone(organization));
  const { zone, order } = shown;
  const pathAt = (now: number) => {
    const clock = { now, today: dayIn(now, zone), zone };
    if (isBackwards(resolveRange(filters, clock), clock)) return undefined;
    return eventsPath(toQuery(filters, organization.id, clock), { ...FIRST_PAGE, order });
  };
  const now = Date.now();
  const path = pathAt(now);
  // "The last hour" is another one by the time that the page asks.
  if (path !== undefined && path === pathAt(now + SOON_MS)) beginRequest(path);
}
