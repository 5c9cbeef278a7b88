import type { Problem } from "../api/problem.ts";
import { readActions } from "../text/action-list.ts";
import { Field, Textarea } from "../ui/field.tsx";

const POINTER = "/sensitive_actions";
/** As many lines as are written, between these. */
const [LINES_MIN, LINES_MAX] = [6, 20];

/** Which line is wrong, and why. */
function faultOf(problem: Problem | null, text: string): string | undefined {
  const fault = problem?.errors.find(({ pointer }) => pointer.startsWith(POINTER));
  if (fault === undefined) return undefined;
  const action = readActions(text)[Number(fault.pointer.slice(POINTER.length + 1))];
  return fault.pointer === POINTER || action === undefined ? fault.message : `${action} ${fault.message}`;
}

interface SensitiveFieldProps {
  /** One action or family a line. */
  readonly value: string;
  readonly problem: Problem | null;
  readonly onChange: (text: string) => void;
}

/** Which actions the organization watches. */
export function SensitiveField({ value, problem, onChange }: SensitiveFieldProps) {
  return (
    <Field
      label="Sensitive actions"
      hint="Rows with these actions have a mark. Enter one action or family (api_key.*) on each line. Leave it empty to restore the default."
      error={faultOf(problem, value)}
    >
      {(control) => (
        <Textarea
          {...control}
          rows={Math.min(LINES_MAX, Math.max(LINES_MIN, value.split("\n").length))}
          spellCheck={false}
          className="font-mono text-xs leading-5"
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}
