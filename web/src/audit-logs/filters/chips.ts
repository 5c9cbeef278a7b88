import { positionText } from "../event/position.ts";
import { type Clock, rangeText } from "../time/range.ts";
import { activeFilters, excludedBy, type FilterName, type Filters, filterLabel, isExclusion } from "./filters.ts";

/** One thing that narrows the rows down, as it is shown and taken away. */
export interface Chip {
  /** Unlike every other chip's. */
  readonly key: string;
  readonly name: FilterName;
  readonly label: string;
  readonly value: string;
  /** What the value says only the number of. */
  readonly all?: string;
  /** Of a user: their id, to be shown by name. */
  readonly userId?: string;
  readonly excluded: boolean;
  /** The filters without it. */
  readonly without: Filters;
}

/** More actions are one chip, so that a starting point of many leaves room for rows: the list of actions has each of them. */
const ACTIONS_APART = 4;

/** Where a chip needs fewer words than a field. */
const SHORT_LABELS: { readonly [name in FilterName]?: string } = { action: "Action", actor_id: "User" };

function without(filters: Filters, ...names: FilterName[]): Filters {
  return Object.fromEntries(Object.entries(filters).filter(([name]) => !names.includes(name as FilterName)));
}

function rangeChip(filters: Filters, clock: Clock): Chip[] {
  const { start, end, range } = filters;
  if ((start ?? end ?? range) === undefined) return [];
  const value = rangeText(filters, clock);
  return [
    {
      key: "range",
      name: "range",
      label: "Time",
      value,
      excluded: false,
      without: without(filters, "start", "end", "range"),
    },
  ];
}

function shownValue(name: FilterName, value: string): string {
  if (name === "as_of" || name === "since") return positionText(value);
  return name === "first_seen" ? "yes" : value;
}

/** Every filter that differs from its default: the range as one, of what may be several each value by itself. */
export function filterChips(filters: Filters, clock: Clock): Chip[] {
  const chips = rangeChip(filters, clock);
  for (const name of activeFilters(filters)) {
    if (name === "start" || name === "end" || name === "range") continue;
    const value = filters[name];
    if (value === undefined) continue;
    const label = filterLabel(name);
    if (typeof value === "string") {
      chips.push({
        key: name,
        name,
        label,
        value: shownValue(name, value),
        excluded: false,
        without: without(filters, name),
      });
      continue;
    }
    for (const one of value) {
      const others = value.filter((other) => other !== one);
      const rest = without(filters, name);
      const excludedAction = name === "action" && one.startsWith("-");
      chips.push({
        key: `${name} ${one}`,
        name,
        label: SHORT_LABELS[excludedBy(name)] ?? label,
        value: excludedAction ? one.slice(1) : one,
        ...(excludedBy(name) === "actor_id" && { userId: one }),
        excluded: excludedAction || isExclusion(name),
        without: others.length === 0 ? rest : ({ ...rest, [name]: others } as Filters),
      });
    }
  }
  return chips;
}

/** The chips as the page shows them: many actions are one. */
export function shownChips(filters: Filters, clock: Clock): Chip[] {
  return gathered(gathered(filterChips(filters, clock), filters, false), filters, true);
}

function gathered(chips: Chip[], filters: Filters, excluded: boolean): Chip[] {
  const actions = chips.filter((chip) => chip.name === "action" && chip.excluded === excluded);
  const [first] = actions;
  if (first === undefined || actions.length <= ACTIONS_APART) return chips;
  const others = filters.action?.filter((one) => one.startsWith("-") !== excluded) ?? [];
  const rest = without(filters, "action");
  const one: Chip = {
    ...first,
    key: `action ${excluded ? "excluded" : "included"}`,
    value: `any of ${actions.length}`,
    all: actions.map(({ value }) => value).join(", "),
    without: others.length === 0 ? rest : { ...rest, action: others },
  };
  return chips.flatMap((chip) => (chip === first ? [one] : actions.includes(chip) ? [] : [chip]));
}
