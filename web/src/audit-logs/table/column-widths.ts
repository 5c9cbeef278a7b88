/** A table: with columns as wide as one likes, narrower, as narrow as they can be, or these with the address under the user. */
export type TableForm = "roomy" | "full" | "tight" | "folded";

/** Below this a description breaks after every word. Its column gets all the width that is left. */
export const DESCRIPTION_MIN_REM = 18;
/** From here on no column needs to be narrow. */
export const ROOMY_MIN_REM = 80;

/** In rem. */
const WIDTHS: Readonly<Record<TableForm, Readonly<Record<string, number>>>> = {
  roomy: { expand: 3, timestamp: 10.75, action: 11.5, resource: 10.5, user: 12, ip: 9 },
  full: { expand: 2.25, timestamp: 9.75, action: 10.5, resource: 9, user: 12, ip: 8.25 },
  tight: { expand: 2.25, timestamp: 9.75, action: 10.25, resource: 8.5, user: 10.25, ip: 7.75 },
  folded: { expand: 2.25, timestamp: 9.5, action: 10.25, resource: 8.5, user: 12.5 },
};

/** Of all columns but the description, in rem. */
export function widthOfOthers(form: TableForm): number {
  return Object.values(WIDTHS[form]).reduce((sum, width) => sum + width, 0);
}

/** Of one column, in CSS. */
export function columnWidth(form: TableForm, id: string): string {
  const width = WIDTHS[form][id];
  return width === undefined ? "auto" : `${width}rem`;
}
