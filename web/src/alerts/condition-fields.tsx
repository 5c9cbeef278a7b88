import { useState } from "react";
import type { Condition, Grouping } from "../api/alerts.ts";
import { fieldMessage, type Problem } from "../api/problem.ts";
import { Field, Input } from "../ui/field.tsx";
import { Select } from "../ui/select.tsx";
import { GROUPINGS, WEEKDAYS } from "./words.ts";

const ALL = { value: "", label: "All together" } as const;

const groupingChoices = (names: readonly Grouping[]) => names.map((value) => ({ value, label: GROUPINGS[value] }));

interface ChoiceFieldProps {
  readonly name: string;
  readonly label: string;
  readonly choices: readonly { readonly value: string; readonly label: string }[];
  readonly onChange: () => void;
}

/** A choice that the form holds. */
function ChoiceField({ name, label, choices, onChange }: ChoiceFieldProps) {
  const [value, setValue] = useState(choices[0]?.value ?? "");
  return (
    <Field label={label}>
      {(control) => (
        <>
          <input type="hidden" name={name} value={value} />
          <Select
            control={control}
            value={value}
            choices={choices}
            onChange={(next) => {
              setValue(next);
              onChange();
            }}
          />
        </>
      )}
    </Field>
  );
}

interface NumberFieldProps {
  readonly name: string;
  readonly label: string;
  readonly initial: number;
  readonly min: number;
  readonly max: number;
  readonly error: string | undefined;
}

function NumberField({ name, label, initial, min, max, error }: NumberFieldProps) {
  return (
    <Field label={label} error={error}>
      {(control) => (
        <Input {...control} name={name} type="number" defaultValue={initial} min={min} max={max} required />
      )}
    </Field>
  );
}

interface ConditionFieldsProps {
  readonly type: Condition["type"];
  readonly problem: Problem | null;
  /** Hears of each choice. */
  readonly onChange: () => void;
}

/** The fields of one type of condition. */
export function ConditionFields({ type, problem, onChange }: ConditionFieldsProps) {
  const error = (name: string) => fieldMessage(problem, `/condition/${name}`);
  const pair = "grid items-start gap-4 sm:grid-cols-2";
  switch (type) {
    case "match":
      return null;
    case "threshold":
      return (
        <>
          <div className={pair}>
            <NumberField name="count" label="Matches" initial={10} min={2} max={1000} error={error("count")} />
            <NumberField
              name="minutes"
              label="Within minutes"
              initial={10}
              min={1}
              max={1440}
              error={error("minutes")}
            />
          </div>
          <ChoiceField
            onChange={onChange}
            name="by"
            label="Counted for each"
            choices={[...groupingChoices(["user", "address", "network", "resource"]), ALL]}
          />
        </>
      );
    case "new_value":
      return (
        <>
          <div className={pair}>
            <ChoiceField
              onChange={onChange}
              name="of"
              label="New"
              choices={groupingChoices(["address", "network", "user", "action", "resource"])}
            />
            <ChoiceField
              onChange={onChange}
              name="per"
              label="For"
              choices={[
                { value: "user", label: "Each user" },
                { value: "", label: "The organization" },
              ]}
            />
          </div>
          <NumberField
            name="after_failures"
            label="After failures"
            initial={0}
            min={0}
            max={100}
            error={error("after_failures")}
          />
        </>
      );
    case "silence":
      return (
        <>
          <div className={pair}>
            <NumberField name="minutes" label="Minutes" initial={1440} min={1} max={43_200} error={error("minutes")} />
            <ChoiceField
              onChange={onChange}
              name="by"
              label="Of"
              choices={[ALL, ...groupingChoices(["action", "key", "user", "resource"])]}
            />
          </div>
          <ChoiceField
            onChange={onChange}
            name="source"
            label="Events"
            choices={[
              { value: "api_key", label: "Sent by API keys" },
              { value: "any", label: "All, Daybook's own too" },
            ]}
          />
        </>
      );
    case "report":
      return (
        <div className={pair}>
          <ChoiceField
            onChange={onChange}
            name="weekday"
            label="Day"
            choices={Object.entries(WEEKDAYS).map(([value, label]) => ({ value, label }))}
          />
          <NumberField name="hour" label="Hour" initial={8} min={0} max={23} error={error("hour")} />
        </div>
      );
  }
}
