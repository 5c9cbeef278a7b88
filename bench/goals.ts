/** What a figure must come to. Numbers are in the figure's own unit. */
export type Goal = (
  | { readonly kind: "at_most"; readonly value: number }
  | { readonly kind: "at_least"; readonly value: number }
  /** So many times better than the peer in the same run. */
  | { readonly kind: "times_peer"; readonly factor: number }
) & {
  /** Takes the place of the number in the results, where it would not explain itself. */
  readonly words?: string;
};

/** `not measured`: the figure or its peer is missing, so nothing can be said. */
export type Verdict = "met" | "missed" | "not measured";

/** What a goal is compared with. */
export interface Measured {
  readonly unit: string;
  readonly daybook?: number | undefined;
  readonly postgres?: number | undefined;
}

export const atMost = (value: number, words?: string): Goal => ({ kind: "at_most", value, ...(words && { words }) });
export const atLeast = (value: number, words?: string): Goal => ({ kind: "at_least", value, ...(words && { words }) });
export const timesPeer = (factor: number): Goal => ({ kind: "times_peer", factor });

/** How many times better Daybook is: more of a rate, less of anything else. Undefined where one of the two is missing or zero. */
export function timesBetter({ unit, daybook, postgres }: Measured): number | undefined {
  if (!daybook || !postgres) return undefined;
  return isRate(unit) ? daybook / postgres : postgres / daybook;
}

export function verdictOf(goal: Goal, measured: Measured): Verdict {
  const value = goal.kind === "times_peer" ? timesBetter(measured) : measured.daybook;
  if (value === undefined || Number.isNaN(value)) return "not measured";
  if (goal.kind === "at_most") return value <= goal.value ? "met" : "missed";
  return value >= (goal.kind === "at_least" ? goal.value : goal.factor) ? "met" : "missed";
}

export function goalText(goal: Goal, unit: string): string {
  if (goal.words !== undefined) return goal.words;
  if (goal.kind === "times_peer") return `≥ ${goal.factor} × PostgreSQL`;
  return `${goal.kind === "at_most" ? "≤" : "≥"} ${goal.value.toLocaleString("en")} ${unit}`;
}

function isRate(unit: string): boolean {
  return unit.endsWith("/s");
}
