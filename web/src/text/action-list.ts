/** Finds the actions that are one of these, or of one of these families (`api_key.*`). */
export function actionTest(actions: readonly string[]): (action: string) => boolean {
  const exact = new Set(actions);
  const families = actions.filter((action) => action.endsWith(".*")).map((family) => family.slice(0, -1));
  return (action) => exact.has(action) || families.some((family) => action.startsWith(family));
}

/** The actions of a list that is written one a line, or with commas. */
export function readActions(text: string): string[] {
  return [...new Set(text.split(/[\s,]+/).filter((action) => action !== ""))];
}
