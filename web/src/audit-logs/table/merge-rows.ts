import type { LogItem } from "../../api/events.ts";
import { eventKey } from "./expansion-context.ts";

/** Newest first, as the server sorts: by time, then by place in the log. */
function newer(one: LogItem, other: LogItem): number {
  if (one.timestamp !== other.timestamp) return one.timestamp < other.timestamp ? 1 : -1;
  return other.sequence - one.sequence;
}

/**
 * The rows of the pages with those that came since. What belongs after the last row waits for its page; nothing is twice.
 * @param paged newest first. @param complete true when no page is to follow. @param max so many at most, the newest.
 */
export function mergeRows(
  paged: readonly LogItem[],
  live: readonly LogItem[],
  { complete, max }: { complete: boolean; max: number },
): readonly LogItem[] {
  if (live.length === 0) return paged;
  const last = paged.at(-1);
  const known = new Set(paged.map(eventKey));
  const added = live
    .filter((event) => !known.has(eventKey(event)) && (complete || last === undefined || newer(event, last) < 0))
    .sort(newer);
  const rows: LogItem[] = [];
  let at = 0;
  for (const event of paged) {
    for (let next = added[at]; next && newer(next, event) < 0; next = added[++at]) rows.push(next);
    rows.push(event);
  }
  rows.push(...added.slice(at));
  return rows.slice(0, max);
}
