import type { LoggedEvent, Total } from "../api/events.ts";

/** The page's rows, as far as they say whether an application has sent anything. */
interface Rows {
  readonly events: readonly Pick<LoggedEvent, "source">[];
  readonly total: Total | undefined;
  /** They answer another query than the current one. */
  readonly stale: boolean;
}

/** Whether all that happened so far was done in Daybook itself. Known only where every event of the range is on the page. */
export function awaitsFirstEvent({ events, total, stale }: Rows): boolean {
  if (stale || total?.relation !== "eq" || total.value > events.length) return false;
  return events.every(({ source }) => source.type === "daybook");
}
