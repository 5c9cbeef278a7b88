import { isDamaged } from "../../api/damaged.ts";
import type { LoggedEvent, LogItem } from "../../api/events.ts";

export type Rows = readonly LogItem[];

/** The event of a row; undefined where there is no such row, or its entry is damaged. @param index as `data-index` has it. */
export function eventAt(rows: Rows, index: number | string | undefined): LoggedEvent | undefined {
  const item = index === undefined ? undefined : rows[Number(index)];
  return item === undefined || isDamaged(item) ? undefined : item;
}
