import type { LoggedEvent } from "../../../api/events.ts";
import { eventAt, type Rows } from "../rows.ts";
import { isPivotColumn, type PivotColumn } from "./pivots.ts";

/** A cell of the table: whose it is, and where it is. */
export interface CellAt {
  readonly event: LoggedEvent;
  /** Undefined for the cell that opens the row. */
  readonly column: PivotColumn | undefined;
  readonly element: HTMLElement;
}

/** The cell around an element: `[data-column]` in the row's `[data-index]`. Details of a row are no cell. */
export function cellAt(target: EventTarget | null, rows: Rows): CellAt | undefined {
  if (!(target instanceof Element)) return undefined;
  const element = target.closest<HTMLElement>("[data-column]");
  const event = eventAt(rows, element?.closest<HTMLElement>("[data-index]")?.dataset.index);
  if (element === null || event === undefined) return undefined;
  const { column } = element.dataset;
  return { event, column: isPivotColumn(column) ? column : undefined, element };
}
