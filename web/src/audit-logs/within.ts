import { BUILT_IN_ACTIONS, type Outcome } from "@daybook/sdk";
import { type FilterableEvent, matches } from "@daybook/sdk/filters";

/** What the host application fixed for a reader, by the names of the API's parameters; undefined where nothing is. */
export type FixedFilter = Readonly<Record<string, string | readonly string[]>> | undefined;

const ANY: FilterableEvent = {
  timestamp: "",
  action: "",
  outcome: "success",
  actor: { type: "user" },
  resource: { type: "" },
};

/** The values that are fixed by one parameter. */
function fixedBy(fixed: FixedFilter, name: string): readonly string[] {
  return [fixed?.[name] ?? []].flat();
}

/** Whether a reader can see events of this action at all. What they cannot see is not offered to them. */
export function showsAction(fixed: FixedFilter, action: string): boolean {
  return matches({ ...ANY, action }, { action: fixedBy(fixed, "action") });
}

export function showsOutcome(fixed: FixedFilter, outcome: Outcome): boolean {
  const asked = { outcome: fixedBy(fixed, "outcome"), not_outcome: fixedBy(fixed, "not_outcome") };
  return matches({ ...ANY, outcome }, asked);
}

/** Built-in actions that a reader can see, and one of each family that is fixed whatever the data holds of it. */
export function visibleActions(fixed: FixedFilter, ending: string): readonly string[] {
  const families = fixedBy(fixed, "action").filter((action) => !action.startsWith("-") && action.endsWith(".*"));
  const candidates = [...BUILT_IN_ACTIONS, ...families.map((family) => family.slice(0, -1) + ending)];
  return candidates.filter((action) => showsAction(fixed, action));
}
