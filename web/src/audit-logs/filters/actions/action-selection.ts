/** The selection in a few words. */
export function selectionText(selected: readonly string[]): string {
  const included = selected.filter((value) => !value.startsWith("-"));
  const excluded = selected.filter((value) => value.startsWith("-"));
  const [first] = included;
  const base = first === undefined ? "All actions" : included.length === 1 ? first : `${included.length} actions`;
  if (excluded.length === 0) return base;
  return `${base} but ${excluded.length === 1 ? (excluded[0]?.slice(1) ?? "") : excluded.length}`;
}
