import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Filter } from "../api/alerts.ts";
import { fieldMessage, type Problem } from "../api/problem.ts";
import { type SavedView, savedViewsQuery } from "../api/saved-views.ts";
import { filterTexts } from "../audit-logs/filters/filter-texts.ts";
import { visibleText } from "../text/visible.ts";
import { Field, Input } from "../ui/field.tsx";
import { Select } from "../ui/select.tsx";
import { OUTCOMES, plainOf } from "./form-values.ts";
import { filterOfView } from "./view-filter.ts";

/** The filter that an alert has, where only a saved view or the API can have said it. */
const CURRENT = "current";

/** The filter that is chosen as a whole, and what is said of it. Undefined: the fields say which events. */
function chosenAmong(views: readonly SavedView[], view: string, current: Filter) {
  if (view === CURRENT) return { filter: current, hint: visibleText(filterTexts(current).join("; ")) };
  const chosen = views.find(({ id }) => id === view);
  if (chosen === undefined) return undefined;
  const { filter, leftOut } = filterOfView(chosen.query);
  const hint = leftOut.length > 0 ? "Its filters are copied, without dates and positions." : "Its filters are copied.";
  return { filter, hint };
}

interface FilterFieldsProps {
  readonly organization: string;
  /** What the fields begin with. */
  readonly initial: Filter | undefined;
  readonly problem: Problem | null;
  /** Changes what is watched. */
  readonly onChange: () => void;
}

/** Which events: a saved view's, or those of some actions. */
export function FilterFields({ organization, initial = {}, problem, onChange }: FilterFieldsProps) {
  const views = useQuery(savedViewsQuery(organization)).data ?? [];
  const plain = plainOf(initial);
  const [view, setView] = useState(plain === undefined ? CURRENT : "");
  const [outcome, setOutcome] = useState(plain?.outcome ?? "");
  const chosen = chosenAmong(views, view, initial);
  const choices = [
    ...(plain === undefined ? [{ value: CURRENT, label: "Current filter" }] : []),
    { value: "", label: "None" },
    ...views.map(({ id, name }) => ({ value: id, label: visibleText(name) })),
  ];
  return (
    <>
      <input type="hidden" name="view_filter" value={chosen === undefined ? "" : JSON.stringify(chosen.filter)} />
      {choices.length > 1 && (
        <Field label={plain === undefined ? "Filter" : "Saved view"} hint={chosen?.hint}>
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
            {(control) => <Input {...control} name="actions" defaultValue={plain?.actions} autoComplete="off" />}
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
