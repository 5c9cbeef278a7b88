import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { fieldMessage, type Problem } from "../api/problem.ts";
import { type SavedView, savedViewsQuery } from "../api/saved-views.ts";
import { visibleText } from "../text/visible.ts";
import { Field, Input } from "../ui/field.tsx";
import { Select } from "../ui/select.tsx";
import { filterOfView } from "./view-filter.ts";

const OUTCOMES = [
  { value: "", label: "Any outcome" },
  { value: "failure denied", label: "Failed or denied" },
  { value: "success", label: "Success" },
];

function hintOf(view: SavedView | undefined, leftOut: readonly string[]): string | undefined {
  if (view === undefined) return undefined;
  return leftOut.length > 0 ? "Its filters are copied, without dates and positions." : "Its filters are copied.";
}

interface FilterFieldsProps {
  readonly organization: string;
  readonly problem: Problem | null;
  /** Changes what is watched. */
  readonly onChange: () => void;
}

/** Which events: a saved view's, or those of some actions. */
export function FilterFields({ organization, problem, onChange }: FilterFieldsProps) {
  const views = useQuery(savedViewsQuery(organization)).data ?? [];
  const [view, setView] = useState("");
  const [outcome, setOutcome] = useState("");
  const chosen = views.find(({ id }) => id === view);
  const { filter, leftOut } = chosen === undefined ? { filter: {}, leftOut: [] } : filterOfView(chosen.query);
  const choices = [
    { value: "", label: "None" },
    ...views.map(({ id, name }) => ({ value: id, label: visibleText(name) })),
  ];
  return (
    <>
      <input type="hidden" name="view_filter" value={chosen === undefined ? "" : JSON.stringify(filter)} />
      {views.length > 0 && (
        <Field label="Saved view" hint={hintOf(chosen, leftOut)}>
          {(control) => (
            <Select
              control={control}
              value={view}
              choices={choices}
              onChange={(next) => {
                setView(next);
                onChange();
              }}
            />
          )}
        </Field>
      )}
      {chosen === undefined && (
        <div className="grid items-start gap-4 sm:grid-cols-2">
          <Field
            label="Actions (optional)"
            hint="Such as auth.*, api_key.create."
            error={fieldMessage(problem, "/filter/action") ?? fieldMessage(problem, "/filter/action/0")}
          >
            {(control) => <Input {...control} name="actions" autoComplete="off" />}
          </Field>
          <Field label="Outcome">
            {(control) => (
              <>
                <input type="hidden" name="outcome" value={outcome} />
                <Select
                  control={control}
                  value={outcome}
                  choices={OUTCOMES}
                  onChange={(next) => {
                    setOutcome(next);
                    onChange();
                  }}
                />
              </>
            )}
          </Field>
        </div>
      )}
    </>
  );
}
