/** A column that names no width holds a name above an id, which are unreadable in less. */
const OTHER_MIN_REM = 10;

/** So many rem a table of these columns needs. */
export function listWidthRem(columns: readonly { readonly width?: string }[]): number {
  return columns.reduce((sum, { width }) => sum + (width === undefined ? OTHER_MIN_REM : Number.parseFloat(width)), 0);
}
