import { useState } from "react";
import { Field } from "../ui/field.tsx";
import { Select, type SelectGroup } from "../ui/select.tsx";
import { DateFilter } from "./date-filter.tsx";
import { actionChoices, dayRange, FILTER_LABELS, isBackwards } from "./filters.ts";
import { TextFilter } from "./text-filter.tsx";
import { useActions } from "./use-events.ts";
import type { FilterState } from "./use-filters.ts";

interface FilterProps {
  readonly state: FilterState;
  /** The current query, undefined while there is none to ask. */
  readonly query: URLSearchParams | undefined;
}

export function DateFilters({ state: { filters, today, set } }: Pick<FilterProps, "state">) {
  const range = dayRange(filters, today);
  const backwards = isBackwards(range) ? "Is before the start date" : undefined;
  return (
    <>
      <DateFilter
        label={FILTER_LABELS.start}
        day={range.start}
        today={today}
        onChange={(value) => set("start", value)}
      />
      <DateFilter
        label={FILTER_LABELS.end}
        day={range.end}
        today={today}
        error={backwards}
        onChange={(value) => set("end", value)}
      />
    </>
  );
}

const ALL = "";

export function ActionFilter({ state: { filters, set }, query }: FilterProps) {
  const [wanted, setWanted] = useState(false);
  const found = useActions(query, wanted);
  const { builtIn, others, families } = actionChoices(found ?? [], filters.action);
  const asChoices = (values: readonly string[]) => values.map((value) => ({ value, label: value }));
  const groups: SelectGroup[] = [
    { label: undefined, choices: [{ value: ALL, label: "All actions" }, ...asChoices(builtIn)] },
    { label: "Other actions in your data", choices: asChoices(others) },
    { label: "Every action of a family", choices: asChoices(families) },
  ];
  return (
    <Field label={FILTER_LABELS.action}>
      {(control) => (
        <Select
          control={control}
          value={filters.action ?? ALL}
          groups={groups.filter(({ choices }) => choices.length > 0)}
          onChange={(value) => set("action", value)}
          onApproach={() => setWanted(true)}
        />
      )}
    </Field>
  );
}

export function ResourceTypeFilter({ state: { filters, set } }: Pick<FilterProps, "state">) {
  return (
    <Field label={FILTER_LABELS.resource_type}>
      {(control) => (
        <TextFilter
          control={control}
          value={filters.resource_type ?? ""}
          placeholder="channel, knowledge, user…"
          onChange={(value, options) => set("resource_type", value, options)}
        />
      )}
    </Field>
  );
}

export function SearchFilter({ state: { filters, set } }: Pick<FilterProps, "state">) {
  return (
    <Field label={FILTER_LABELS.q}>
      {(control) => (
        <TextFilter
          search
          control={control}
          value={filters.q ?? ""}
          placeholder="Search by description or resource ID"
          onChange={(value, options) => set("q", value, options)}
        />
      )}
    </Field>
  );
}
