import { actionFamily, BUILT_IN_ACTIONS } from "@daybook/sdk";
import type { Facet } from "../../../api/facets.ts";

/** An action, or a family as `family.*`. */
export interface ActionChoice {
  readonly value: string;
  /** Events under all other filters; undefined until known. */
  readonly count: number | undefined;
}

export interface ActionGroup {
  readonly label: string;
  readonly choices: readonly ActionChoice[];
}

const BUILT_IN: readonly string[] = BUILT_IN_ACTIONS;

function byFamily(actions: Iterable<string>): Map<string, string[]> {
  const families = new Map<string, string[]>();
  for (const action of actions) {
    const family = actionFamily(action);
    families.set(family, [...(families.get(family) ?? []), action]);
  }
  return families;
}

/**
 * What can be chosen: the built-in actions by family, as they are named; then what else the data holds; then whole families.
 * @param facet undefined until known.
 * @param shown the actions that the reader can see. @param selected always among the choices, wherever it came from; with `-` where it is excluded.
 */
export function actionGroups(
  facet: Facet | undefined,
  selected: readonly string[],
  shown: (action: string) => boolean = () => true,
): ActionGroup[] {
  const builtIn = BUILT_IN.filter(shown);
  const counts = new Map(facet?.values.map(({ value, count }) => [value, count]));
  const chosen = selected.map((value) => value.replace(/^-/, ""));
  const others = [...counts.keys(), ...chosen.filter((value) => !value.endsWith(".*"))].filter(
    (action) => !BUILT_IN.includes(action),
  );
  const choice = (value: string): ActionChoice => ({ value, count: facet && (counts.get(value) ?? 0) });
  const group = ([label, actions]: [string, string[]]): ActionGroup => ({ label, choices: actions.map(choice) });
  const all = byFamily([...builtIn, ...new Set(others)]);
  const families = [...all].filter(([, actions]) => actions.length > 1).map(([family]) => `${family}.*`);
  const wholes = [...new Set([...families, ...chosen.filter((value) => value.endsWith(".*"))])];
  const sum = (family: string) =>
    [...counts].reduce((total, [action, count]) => (`${actionFamily(action)}.*` === family ? total + count : total), 0);
  return [
    ...[...byFamily(builtIn)].map(group),
    ...[...byFamily(new Set(others))].map(([family, actions]) =>
      group([builtIn.some((action) => actionFamily(action) === family) ? `${family}, in your data` : family, actions]),
    ),
    { label: "Whole families", choices: wholes.map((value) => ({ value, count: facet && sum(value) })) },
  ].filter(({ choices }) => choices.length > 0);
}

/** The choices that a text occurs in, whole families first. */
export function matchingGroups(groups: readonly ActionGroup[], text: string): readonly ActionGroup[] {
  const wanted = text.trim().toLowerCase();
  if (wanted === "") return groups;
  const kept = groups
    .map(({ label, choices }) => ({
      label,
      choices: choices.filter(({ value }) => value.toLowerCase().includes(wanted)),
    }))
    .filter(({ choices }) => choices.length > 0);
  const isWhole = (group: ActionGroup) => group.choices.every(({ value }) => value.endsWith(".*"));
  return [...kept.filter(isWhole), ...kept.filter((group) => !isWhole(group))];
}

export type ChoiceState = "included" | "excluded" | undefined;

export function choiceState(selected: readonly string[], value: string): ChoiceState {
  if (selected.includes(value)) return "included";
  return selected.includes(`-${value}`) ? "excluded" : undefined;
}

/** The selection with a value as wanted, or without it when it already was. */
export function toggled(selected: readonly string[], value: string, as: "included" | "excluded"): readonly string[] {
  const others = selected.filter((one) => one !== value && one !== `-${value}`);
  if (choiceState(selected, value) === as) return others;
  return [...others, as === "excluded" ? `-${value}` : value];
}
