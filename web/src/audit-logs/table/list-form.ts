import { type RefObject, useLayoutEffect, useState } from "react";
import { DESCRIPTION_MIN_REM, ROOMY_MIN_REM, type TableForm, widthOfOthers } from "./column-widths.ts";

/** How the events are shown: as a table, as cards side by side, or as one card below the other. */
export type ListForm = TableForm | "pairs" | "cards";

/** Two cards side by side need this much. */
const PAIRS_MIN_REM = 44;

export function isTable(form: ListForm): form is TableForm {
  return form !== "pairs" && form !== "cards";
}

/** The form that a width has room for: no column is ever clipped, and no description narrower than it can be read. */
export function listForm(widthRem: number): ListForm {
  if (widthRem >= ROOMY_MIN_REM) return "roomy";
  const fits = (form: TableForm) => widthRem >= widthOfOthers(form) + DESCRIPTION_MIN_REM;
  for (const form of ["full", "tight", "folded"] as const) if (fits(form)) return form;
  return widthRem >= PAIRS_MIN_REM ? "pairs" : "cards";
}

/** The form that an element has room for, now and as its own width changes. @param tables false where fingers need cards. */
export function useListForm(element: RefObject<HTMLElement | null>, tables: boolean): ListForm {
  const [form, setForm] = useState<ListForm>(tables ? "full" : "cards");
  useLayoutEffect(() => {
    const { current } = element;
    if (current === null) return;
    const measure = () => {
      const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
      setForm(listForm(current.clientWidth / rem));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(current);
    return () => observer.disconnect();
  }, [element]);
  return !tables && isTable(form) ? "pairs" : form;
}
