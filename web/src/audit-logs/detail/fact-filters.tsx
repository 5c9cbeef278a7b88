import { ListFilter, ListX } from "lucide-react";
import { Button } from "../../ui/button.tsx";
import { excluding, isHeld } from "../exclusions.ts";
import { admitting, type Excludable, type Filters, filterFault } from "../filters.ts";
import { useLogPage } from "../log-context.ts";

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

/** Filters for a value of the details, or leaves it out. */
export function FactFilters({ name, value, label }: FactFiltersProps) {
  const { filters, setAll } = useLogPage().state;
  const wanted = only(filters, name, value);
  const unwanted = excluding(filters, name, value);
  return (
    <span className="flex">
      {wanted && (
        <Button
          variant="ghost"
          size="inline"
          aria-label={`Filter for this ${label}`}
          title={`Filter for this ${label}`}
          onClick={() => setAll(wanted)}
        >
          <ListFilter aria-hidden />
        </Button>
      )}
      {unwanted && (
        <Button
          variant="ghost"
          size="inline"
          aria-label={`Exclude this ${label}`}
          title={`Exclude this ${label}`}
          onClick={() => setAll(unwanted)}
        >
          <ListX aria-hidden />
        </Button>
      )}
    </span>
  );
}
