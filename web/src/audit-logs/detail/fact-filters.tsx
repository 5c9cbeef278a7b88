import { excluding, isHeld } from "../filters/exclusions.ts";
import { admitting, type Excludable, type Filters, filterFault } from "../filters/filters.ts";
import { useLogPage } from "../log-context.ts";
import { FilterButtons } from "./filter-buttons.tsx";

interface FactFiltersProps {
  readonly name: Exclude<Excludable, "resource_type">;
  readonly value: string;
  readonly label: string;
}

/** The filters with this value and no other of its name; undefined where they cannot be asked for. */
function only(filters: Filters, name: FactFiltersProps["name"], value: string): Filters | undefined {
  if (filterFault(name, value) !== undefined) return undefined;
  const next = { ...admitting(filters, name, [value]), [name]: [value] };
  return isHeld(next) ? next : undefined;
}

/** The filters of a field of the details. */
export function FactFilters({ name, value, label }: FactFiltersProps) {
  const { filters } = useLogPage().state;
  return <FilterButtons label={label} wanted={only(filters, name, value)} unwanted={excluding(filters, name, value)} />;
}
