import { BUILT_IN_ACTIONS, type Outcome } from "@daybook/sdk";
import { actionTest } from "../../text/action-list.ts";

/** What the host application fixed for a reader, by the names of the API's parameters; undefined where nothing is. */
export type FixedFilter = Readonly<Record<string, string | readonly string[]>> | undefined;

/** The values that are fixed by one parameter. */
function fixedBy(fixed: FixedFilter, name: string): readonly string[] {
  return [fixed?.[name] ?? []].flat();
}

/** Whether a reader can see events of this action at all. What they cannot see is not offered to them. */
export function showsAction(fixed: FixedFilter, action: string): boolean {
  const values = fixedBy(fixed, "action");
  const included = values.filter((value) => !value.startsWith("-"));
  const excluded = values.filter((value) => value.startsWith("-")).map((value) => value.slice(1));
  return (included.length === 0 || actionTest(included)(action)) && !actionTest(excluded)(action);
}

export function showsOutcome(fixed: FixedFilter, outcome: Outcome): boolean {
  const included = fixedBy(fixed, "outcome");
  return (included.length === 0 || included.includes(outcome)) && !fixedBy(fixed, "not_outcome").includes(outcome);
}

/** Built-in actions that a reader can see, and one of each family that is fixed whatever the data holds of it. */
export function visibleActions(fixed: FixedFilter, ending: string): readonly string[] {
  const families = fixedBy(fixed, "action").filter((action) => !action.startsWith("-") && action.endsWith(".*"));
  const candidates = [...BUILT_IN_ACTIONS, ...families.map((family) => family.slice(0, -1) + ending)];
  return candidates.filter((action) => showsAction(fixed, action));
}
