import { type ColumnLayout, DEFAULT_LAYOUT } from "./column-layout.ts";

/**
 * A table: with columns as wide as one likes, narrower, as narrow as they can be, these with the address under the user, also with the time under the date,
 * or wider than its room: then it scrolls sideways. The last is only where somebody asked for more columns than fit.
 */
export type TableForm = "roomy" | "full" | "tight" | "folded" | "stacked" | "scrolled";

/** The forms without an address column: the address is under the user. */
export function foldsAddress(form: TableForm): boolean {
  return form === "folded" || form === "stacked";
}

/** Below this a description breaks after every word. Its column gets all the width that is left. */
export const DESCRIPTION_MIN_REM = 18;
/** From here on no column needs to be narrow. */
export const ROOMY_MIN_REM = 80;

/** What no room is too small for, and too narrow to be of use. */
export const WIDTH_MIN_REM = 4;
export const WIDTH_MAX_REM = 60;

const TIGHT = { expand: 2.25, timestamp: 9.75, action: 10.25, resource: 8.5, user: 10.25, ip: 7.75 };

/** In rem. */
const WIDTHS: Readonly<Record<TableForm, Readonly<Record<string, number>>>> = {
  roomy: { expand: 3, timestamp: 10.75, action: 11.5, resource: 10.5, user: 12, ip: 9 },
  full: { expand: 2.25, timestamp: 9.75, action: 10.5, resource: 9, user: 12, ip: 8.25 },
  tight: TIGHT,
  folded: { expand: 2.25, timestamp: 9.5, action: 10.25, resource: 8.5, user: 12.5 },
  // Fits a window of 1152 px beside the open sidebar.
  stacked: { expand: 2, timestamp: 5.875, action: 9.5, resource: 7, user: 11 },
  scrolled: TIGHT,
};

/** Of a column that is not there unless somebody asks for it. */
const EXTRA_REM = 9;

/** Undefined for the column that gets what is left. */
export function widthOf(form: TableForm, id: string, { widths }: ColumnLayout): number | undefined {
  return id === "description" ? undefined : (widths[id] ?? WIDTHS[form][id] ?? EXTRA_REM);
}

/** Of all columns but the description, in rem. */
export function widthOfOthers(form: TableForm, layout: ColumnLayout = DEFAULT_LAYOUT): number {
  const ids = ["expand", ...layout.shown].filter((id) => id !== "ip" || !foldsAddress(form));
  return ids.reduce((sum, id) => sum + (widthOf(form, id, layout) ?? 0), 0);
}

/** What a table needs, in rem. */
export function tableWidth(form: TableForm, layout: ColumnLayout): number {
  return widthOfOthers(form, layout) + (layout.shown.includes("description") ? DESCRIPTION_MIN_REM : 0);
}

/** Of one column, in CSS. */
export function columnWidth(form: TableForm, id: string, layout: ColumnLayout): string {
  const width = widthOf(form, id, layout);
  return width === undefined ? "auto" : `${width}rem`;
}
