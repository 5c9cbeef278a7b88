import { useState } from "react";
import { Field, Input } from "../ui/field.tsx";
import { Select } from "../ui/select.tsx";

interface ChoiceFieldProps {
  readonly name: string;
  readonly label: string;
  readonly choices: readonly { readonly value: string; readonly label: string }[];
  /** Default: the first choice. */
  readonly initial: string | undefined;
  readonly onChange: () => void;
}

/** A choice that the form holds. */
export function ChoiceField({ name, label, choices, initial, onChange }: ChoiceFieldProps) {
  const [value, setValue] = useState(initial ?? choices[0]?.value ?? "");
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

/** A whole number that the form holds. */
export function NumberField({ name, label, initial, min, max, error }: NumberFieldProps) {
  return (
    <Field label={label} error={error}>
      {(control) => (
        <Input {...control} name={name} type="number" defaultValue={initial} min={min} max={max} required />
      )}
    </Field>
  );
}
