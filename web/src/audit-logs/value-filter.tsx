import { useState } from "react";
import type { FacetField } from "../api/facets.ts";
import { Field } from "../ui/field.tsx";
import { FILTER_LABELS, type FilterName, filterFault } from "./filters.ts";
import { TextFilter } from "./text-filter.tsx";
import { useFacet } from "./use-facet.ts";
import type { FilterState } from "./use-filters.ts";

interface ValueFilterProps {
  readonly state: FilterState;
  readonly query: URLSearchParams | undefined;
  readonly name: Extract<FilterName, FacetField | "resource_id">;
  readonly placeholder: string;
}

/** One value, with what the data holds suggested where that is counted. */
export function ValueFilter({ name, placeholder, state: { filters, set }, query }: ValueFilterProps) {
  const [wanted, setWanted] = useState(false);
  const [fault, setFault] = useState<string>();
  const field: FacetField | undefined = name === "resource_id" ? undefined : name;
  const facet = useFacet(field ?? "role", query, wanted && field !== undefined);
  const value = filters[name];
  return (
    <Field label={FILTER_LABELS[name]} error={fault}>
      {(control) => (
        <TextFilter
          name={name}
          control={control}
          value={typeof value === "string" ? value : ""}
          placeholder={placeholder}
          suggestions={field === undefined ? [] : (facet?.values ?? [])}
          onWanted={setWanted}
          onChange={(text, options) => {
            const reason = text === "" ? undefined : filterFault(name, text);
            setFault(reason && `This is ${reason}`);
            if (reason === undefined) set(name, text, options);
          }}
        />
      )}
    </Field>
  );
}
