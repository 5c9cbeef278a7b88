import { createContext, useContext, useMemo } from "react";
import { type ColumnLayout, DEFAULT_LAYOUT } from "./column-layout.ts";
import { columnsOf, type LogColumn } from "./columns.tsx";
import type { ListForm } from "./form-for-width.ts";

export interface ColumnLayoutState {
  readonly layout: ColumnLayout;
  /** Undefined where nobody is signed in who could keep one. @param keep false while a width is being dragged. */
  readonly set: ((layout: ColumnLayout, keep?: boolean) => void) | undefined;
}

export const ColumnLayoutContext = createContext<ColumnLayoutState>({ layout: DEFAULT_LAYOUT, set: undefined });

export function useColumnLayout(): ColumnLayoutState {
  return useContext(ColumnLayoutContext);
}

/** The columns of a table; the same while only their widths change. */
export function useColumns(form: ListForm): readonly LogColumn[] {
  const { shown } = useColumnLayout().layout;
  return useMemo(() => columnsOf(form, shown), [form, shown]);
}
