import type { Condition, Grouping } from "../api/alerts.ts";
import { fieldMessage, type Problem } from "../api/problem.ts";
import { WEEKDAY_NAMES } from "../time/weekdays.ts";
import { ChoiceField, NumberField } from "./fields.tsx";
import { GROUPINGS } from "./words.ts";

const ALL = { value: "", label: "All together" } as const;
const PAIR = "grid items-start gap-4 sm:grid-cols-2";

/** @param other one that only the API offers, where an alert has it. */
function groupingChoices(names: readonly Grouping[], other?: Grouping) {
  const missing = other === undefined || names.includes(other) ? [] : [other];
  return [...names, ...missing].map((value) => ({ value, label: GROUPINGS[value] }));
}

type Type = Condition["type"];
type Of<T extends Type> = Extract<Condition, { type: T }>;

interface FieldsProps<T extends Type> {
  /** What the fields begin with; undefined for a new condition. */
  readonly initial: Of<T> | undefined;
  /** What is wrong with a field of this name. */
  readonly error: (name: string) => string | undefined;
  /** Hears of each choice. */
  readonly onChange: () => void;
}

function ThresholdFields({ initial, error, onChange }: FieldsProps<"threshold">) {
  return (
    <>
      <div className={PAIR}>
        <NumberField
          name="count"
          label="Matches"
          initial={initial?.count ?? 10}
          min={2}
          max={1000}
          error={error("count")}
        />
        <NumberField
          name="minutes"
          label="Within minutes"
          initial={initial?.minutes ?? 10}
          min={1}
          max={1440}
          error={error("minutes")}
        />
      </div>
      <ChoiceField
        onChange={onChange}
        name="by"
        label="Counted for each"
        initial={initial && (initial.by ?? ALL.value)}
        choices={[...groupingChoices(["user", "address", "network", "resource", "action", "key"], initial?.by), ALL]}
      />
    </>
  );
}

function NewValueFields({ initial, error, onChange }: FieldsProps<"new_value">) {
  return (
    <>
      <div className={PAIR}>
        <ChoiceField
          onChange={onChange}
          name="of"
          label="New"
          initial={initial?.of}
          choices={groupingChoices(["address", "network", "country", "user", "action", "resource"])}
        />
        <ChoiceField
          onChange={onChange}
          name="per"
          label="For"
          initial={initial && (initial.per ?? "organization")}
          choices={[
            { value: "user", label: "Each user" },
            { value: "organization", label: "The organization" },
          ]}
        />
      </div>
      <NumberField
        name="after_failures"
        label="After failures"
        initial={initial?.after_failures ?? 0}
        min={0}
        max={100}
        error={error("after_failures")}
      />
    </>
  );
}

function SilenceFields({ initial, error, onChange }: FieldsProps<"silence">) {
  return (
    <>
      <div className={PAIR}>
        <NumberField
          name="minutes"
          label="Minutes"
          initial={initial?.minutes ?? 1440}
          min={1}
          max={43_200}
          error={error("minutes")}
        />
        <ChoiceField
          onChange={onChange}
          name="by"
          label="Of"
          initial={initial && (initial.by ?? ALL.value)}
          choices={[ALL, ...groupingChoices(["action", "key", "user", "resource"], initial?.by)]}
        />
      </div>
      <ChoiceField
        onChange={onChange}
        name="source"
        label="Events"
        initial={initial && (initial.source ?? "any")}
        choices={[
          { value: "api_key", label: "Sent by API keys" },
          { value: "any", label: "All, including Daybook's own" },
        ]}
      />
    </>
  );
}

function ReportFields({ initial, error, onChange }: FieldsProps<"report">) {
  return (
    <div className={PAIR}>
      <ChoiceField
        onChange={onChange}
        name="weekday"
        label="Day"
        initial={initial?.weekday}
        choices={Object.entries(WEEKDAY_NAMES).map(([value, label]) => ({ value, label }))}
      />
      <NumberField name="hour" label="Hour" initial={initial?.hour ?? 8} min={0} max={23} error={error("hour")} />
    </div>
  );
}

interface ConditionFieldsProps {
  readonly type: Type;
  /** Of a condition of this or another type. */
  readonly initial: Condition | undefined;
  readonly problem: Problem | null;
  readonly onChange: () => void;
}

/** The fields of one type of condition. */
export function ConditionFields({ type, initial, problem, onChange }: ConditionFieldsProps) {
  const common = { error: (name: string) => fieldMessage(problem, `/condition/${name}`), onChange };
  switch (type) {
    case "match":
      return null;
    case "threshold":
      return <ThresholdFields {...common} initial={ofType(type, initial)} />;
    case "new_value":
      return <NewValueFields {...common} initial={ofType(type, initial)} />;
    case "silence":
      return <SilenceFields {...common} initial={ofType(type, initial)} />;
    case "report":
      return <ReportFields {...common} initial={ofType(type, initial)} />;
  }
}

function ofType<T extends Type>(type: T, condition: Condition | undefined): Of<T> | undefined {
  return condition?.type === type ? (condition as Of<T>) : undefined;
}
