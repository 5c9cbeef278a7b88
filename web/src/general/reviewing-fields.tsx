import { WEEKDAYS, type Weekday } from "@daybook/sdk/filters";
import { WEEKDAY_NAMES } from "../time/weekdays.ts";
import { Field, Input } from "../ui/field.tsx";
import { Select } from "../ui/select.tsx";
import type { Draft } from "./draft.ts";

const CADENCES: readonly { value: Weekday | ""; label: string }[] = [
  { value: "", label: "No reminder" },
  ...WEEKDAYS.map((value) => ({ value, label: `Weekly, due ${WEEKDAY_NAMES[value]}` })),
];

interface ReviewingFieldsProps {
  readonly draft: Pick<Draft, "hours" | "due">;
  /** Of the office hours. */
  readonly error: string | undefined;
  readonly onChange: (part: Partial<Draft>) => void;
}

/** What reviews of the audit logs go by. */
export function ReviewingFields({ draft, error, onChange }: ReviewingFieldsProps) {
  return (
    <>
      <Field
        label="Office hours"
        hint="Weekdays and times in this time zone. The preset “Outside office hours” uses them."
        error={error}
      >
        {(control) => (
          <Input
            {...control}
            placeholder="mon-fri 08:00-18:00"
            maxLength={30}
            autoComplete="off"
            value={draft.hours}
            onChange={(event) => onChange({ hours: event.target.value })}
          />
        )}
      </Field>
      <Field label="Review of the audit logs" hint="Audit Logs show a mark when a review is overdue.">
        {(control) => (
          <Select control={control} value={draft.due} choices={CADENCES} onChange={(due) => onChange({ due })} />
        )}
      </Field>
    </>
  );
}
