import type { RefObject } from "react";
import { useWidthRem } from "../../ui/use-width.ts";
import { type ColumnLayout, DEFAULT_LAYOUT } from "./column-layout.ts";
import { ROOMY_MIN_REM, type TableForm, tableWidth } from "./column-widths.ts";

/** How the events are shown: as a table, as cards side by side, or as one card below the other. */
export type ListForm = TableForm | "pairs" | "cards";

/** Two cards side by side need this much. */
const PAIRS_MIN_REM = 44;

export function isTable(form: ListForm): form is TableForm {
  return form !== "pairs" && form !== "cards";
}

/** The form that a width has room for: no column is ever clipped, and no description narrower than it can be read. */
export function listForm(widthRem: number, layout: ColumnLayout = DEFAULT_LAYOUT): ListForm {
  const fits = (form: TableForm) => widthRem >= tableWidth(form, layout);
  if (widthRem >= ROOMY_MIN_REM && fits("roomy")) return "roomy";
  const folds = layout.shown.includes("ip") && layout.shown.includes("user");
  for (const form of ["full", "tight", ...(folds ? (["folded", "stacked"] as const) : [])] as const)
    if (fits(form)) return form;
  // Who asked for more than fits gets it, where there would be a table otherwise.
  if (widthRem >= tableWidth("stacked", DEFAULT_LAYOUT)) return "scrolled";
  return widthRem >= PAIRS_MIN_REM ? "pairs" : "cards";
}

/** The form that an element has room for, now and as its own width changes. @param tables false where fingers need cards. */
export function useListForm(element: RefObject<HTMLElement | null>, tables: boolean, layout: ColumnLayout): ListForm {
  const widthRem = useWidthRem(element);
  if (widthRem === undefined) return tables ? "full" : "cards";
  const form = listForm(widthRem, layout);
  return !tables && isTable(form) ? "pairs" : form;
}
