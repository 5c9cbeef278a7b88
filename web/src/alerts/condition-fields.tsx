import type { Condition, Grouping } from "../api/alerts.ts";
import { fieldMessage, type Problem } from "../api/problem.ts";
import { WEEKDAY_NAMES } from "../time/weekdays.ts";
import { ChoiceField, NumberField } from "./fields.tsx";
import { GROUPINGS } from "./words.ts";

const ALL = { value: "", label: "All together" } as const;
const PAIR = "grid items-start gap-4 sm:grid-cols-2";

const groupingChoices = (names: readonly Grouping[]) => names.map((value) => ({ value, label: GROUPINGS[value] }));

interface FieldsProps {
  /** What is wrong with a field of this name. */
  readonly error: (name: string) => string | undefined;
  /** Hears of each choice. */
  readonly onChange: () => void;
}

function ThresholdFields({ error, onChange }: FieldsProps) {
  return (
    <>
      <div className={PAIR}>
        <NumberField name="count" label="Matches" initial={10} min={2} max={1000} error={error("count")} />
        <NumberField name="minutes" label="Within minutes" initial={10} min={1} max={1440} error={error("minutes")} />
      </div>
      <ChoiceField
        onChange={onChange}
        name="by"
        label="Counted for each"
        choices={[...groupingChoices(["user", "address", "network", "resource"]), ALL]}
      />
    </>
  );
}

function NewValueFields({ error, onChange }: FieldsProps) {
  return (
    <>
      <div className={PAIR}>
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
}

function SilenceFields({ error, onChange }: FieldsProps) {
  return (
    <>
      <div className={PAIR}>
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
}

function ReportFields({ error, onChange }: FieldsProps) {
  return (
    <div className={PAIR}>
      <ChoiceField
        onChange={onChange}
        name="weekday"
        label="Day"
        choices={Object.entries(WEEKDAY_NAMES).map(([value, label]) => ({ value, label }))}
      />
      <NumberField name="hour" label="Hour" initial={8} min={0} max={23} error={error("hour")} />
    </div>
  );
}

const FIELDS = {
  match: () => null,
  threshold: ThresholdFields,
  new_value: NewValueFields,
  silence: SilenceFields,
  report: ReportFields,
} as const;

interface ConditionFieldsProps {
  readonly type: Condition["type"];
  readonly problem: Problem | null;
  readonly onChange: () => void;
}

/** The fields of one type of condition. */
export function ConditionFields({ type, problem, onChange }: ConditionFieldsProps) {
  const Fields = FIELDS[type];
  return <Fields error={(name) => fieldMessage(problem, `/condition/${name}`)} onChange={onChange} />;
}
