import { useState } from "react";
import type { FacetField } from "../../../api/facets.ts";
import { Field } from "../../../ui/field.tsx";
import { type FilterName, filterFault, filterLabel, isRepeatable } from "../filters.ts";
import type { FilterState } from "../use-filters.ts";
import { TextFilter } from "./text-filter.tsx";
import { useFacet } from "./use-facet.ts";

interface ValueFilterProps {
  readonly state: FilterState;
  readonly query: URLSearchParams | undefined;
  readonly name: Extract<FilterName, FacetField | "resource_id" | "time_of_day">;
  readonly placeholder: string;
}

/** One value, which takes the place of several, with what the data holds suggested where that is counted. */
export function ValueFilter({ name, placeholder, state: { filters, set }, query }: ValueFilterProps) {
  const [wanted, setWanted] = useState(false);
  const [fault, setFault] = useState<string>();
  const field: FacetField | undefined = name === "resource_id" || name === "time_of_day" ? undefined : name;
  const facet = useFacet(field ?? "role", query, wanted && field !== undefined);
  const values = [filters[name] ?? []].flat();
  return (
    <Field label={filterLabel(name)} error={fault}>
      {(control) => (
        <TextFilter
          name={name}
          control={control}
          value={values.length === 1 ? (values[0] ?? "") : ""}
          placeholder={values.length > 1 ? `${values.length} values` : placeholder}
          suggestions={field === undefined ? [] : (facet?.values ?? [])}
          onWanted={setWanted}
          onChange={(text, options) => {
            const reason = text === "" ? undefined : filterFault(name, text);
            setFault(reason && `This is ${reason}`);
            if (reason === undefined) set(name, isRepeatable(name) && text !== "" ? [text] : text, options);
          }}
        />
      )}
    </Field>
  );
}
