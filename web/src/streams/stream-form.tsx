import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { fieldMessage, type Problem, problemOrNull } from "../api/problem.ts";
import { type NewStream, type Stream, streamsKey } from "../api/streams.ts";
import { filterTexts } from "../audit-logs/filters/filter-texts.ts";
import { Refusal } from "../shell/failure.tsx";
import { visibleText } from "../text/visible.ts";
import { Field, Input, Textarea } from "../ui/field.tsx";
import { FormActions } from "../ui/form-actions.tsx";
import { Select } from "../ui/select.tsx";
import type { StreamsOrganization } from "./access.ts";
import { BackfillWarning } from "./backfill-warning.tsx";
import { fieldsIn, textOf } from "./form-values.ts";
import { FORMAT_LABELS, KINDS, type KindField, PROOFS } from "./kinds.ts";

const TYPES = (Object.keys(KINDS) as Stream["type"][]).map((value) => ({ value, label: KINDS[value].label }));
const PROOF_CHOICES = (Object.keys(PROOFS) as Stream["proof"][]).map((value) => ({
  value,
  label: PROOFS[value].label,
}));
const STARTS = [
  { value: "now", label: "From now on" },
  { value: "beginning", label: "From the beginning" },
] as const;

/** An address cannot be changed without them: whoever changed it would have them sent there. */
const KEPT_SECRET = "Leave empty to keep it. If you change where events go, enter it again.";

const pointerOf = ({ of, name }: KindField) => `/${of}/${name}`;

interface KindFieldInputProps {
  readonly field: KindField;
  /** Of a stream that there is: what it has now. Secrets are never shown. */
  readonly stream: Stream | undefined;
  readonly problem: Problem | null;
}

function KindFieldInput({ field, stream, problem }: KindFieldInputProps) {
  const { name, label, of, placeholder, hint, optional, input, choices } = field;
  const keeps = stream !== undefined && of === "secrets";
  const initial = of === "config" ? textOf(stream?.config, name) : undefined;
  const [choice, setChoice] = useState(initial ?? choices?.[0] ?? "");
  const isOptional = optional || keeps;
  const text = { name, required: !isOptional, placeholder, defaultValue: initial, autoComplete: "off" };
  return (
    <Field
      label={isOptional ? `${label} (optional)` : label}
      hint={keeps ? KEPT_SECRET : input === "headers" ? "One a line: Name: value" : hint}
      error={fieldMessage(problem, pointerOf(field))}
    >
      {(control) => {
        if (choices !== undefined) {
          return (
            <>
              <input type="hidden" name={name} value={choice} />
              <Select
                control={control}
                value={choice}
                choices={choices.map((value) => ({ value, label: value }))}
                onChange={setChoice}
              />
            </>
          );
        }
        if (input === "headers" || input === "template") return <Textarea {...control} {...text} rows={3} />;
        if (input === "number") return <Input {...control} {...text} type="number" min={1} />;
        return <Input {...control} {...text} type={of === "secrets" ? "password" : "text"} />;
      }}
    </Field>
  );
}

interface StreamFormProps<Saved extends Stream> {
  readonly organization: StreamsOrganization;
  /** The stream that is edited. Its type stays. */
  readonly stream: Stream | undefined;
  /** What the button says that saves it. */
  readonly action: string;
  readonly save: (fields: NewStream) => Promise<Saved>;
  readonly onCancel: () => void;
  readonly onSaved: (stream: Saved) => void;
}

export function StreamForm<Saved extends Stream>(props: StreamFormProps<Saved>) {
  const { organization, stream, action, save, onCancel, onSaved } = props;
  const queries = useQueryClient();
  const [type, setType] = useState<Stream["type"]>(stream?.type ?? "webhook");
  const [format, setFormat] = useState<Stream["format"]>(stream?.format ?? "daybook");
  const [proof, setProof] = useState<Stream["proof"]>(stream?.proof ?? "checkpoints");
  const [start, setStart] = useState<(typeof STARTS)[number]["value"]>("now");
  const { fields, formats, note } = KINDS[type];
  const formatChoices = formats.map((value) => ({ value, label: FORMAT_LABELS[value] }));
  const { mutate, error, isPending } = useMutation({
    mutationFn: (form: HTMLFormElement) => save({ ...fieldsIn(form, type, stream), format, proof, start }),
    onSuccess: (saved) => {
      onSaved(saved);
      void queries.invalidateQueries({ queryKey: streamsKey(organization.id) });
    },
  });
  const problem = problemOrNull(error);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (!isPending) mutate(event.currentTarget);
  };
  const chooseType = (next: Stream["type"]) => {
    setType(next);
    if (!KINDS[next].formats.includes(format)) setFormat("daybook");
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <Refusal error={error} fields={["/name", "/filter/action", "/filter/action/0", ...fields.map(pointerOf)]} />
      <NameField initial={stream?.name} problem={problem} />
      {stream === undefined && (
        <Field label="Type" hint={note}>
          {(control) => <Select control={control} value={type} choices={TYPES} onChange={chooseType} />}
        </Field>
      )}
      {fields.map((field) => (
        <KindFieldInput key={`${type}-${field.name}`} field={field} stream={stream} problem={problem} />
      ))}
      <div className="grid items-start gap-4 sm:grid-cols-2">
        <Field label="Format">
          {(control) => <Select control={control} value={format} choices={formatChoices} onChange={setFormat} />}
        </Field>
        {stream === undefined && (
          <Field label="Start">
            {(control) => <Select control={control} value={start} choices={STARTS} onChange={setStart} />}
          </Field>
        )}
      </div>
      {stream === undefined && start === "beginning" && <BackfillWarning type={type} />}
      <ActionsField filter={stream?.filter} problem={problem} />
      <Field label="Proof" hint={PROOFS[proof].hint}>
        {(control) => <Select control={control} value={proof} choices={PROOF_CHOICES} onChange={setProof} />}
      </Field>
      <FormActions action={action} pending={isPending} onCancel={onCancel} />
    </form>
  );
}

function NameField({ initial, problem }: { initial: string | undefined; problem: Problem | null }) {
  return (
    <Field label="Name" error={fieldMessage(problem, "/name")}>
      {(control) => (
        <Input {...control} name="stream_name" defaultValue={initial} required maxLength={200} autoComplete="off" />
      )}
    </Field>
  );
}

interface ActionsFieldProps {
  readonly filter: Stream["filter"] | undefined;
  readonly problem: Problem | null;
}

/** Which events. What else a filter has, only the API can change. */
function ActionsField({ filter = {}, problem }: ActionsFieldProps) {
  const { action, ...others } = filter;
  const also = filterTexts(others);
  const hint = "Only these, such as auth.*, api_key.create. By default all.";
  return (
    <Field
      label="Actions (optional)"
      hint={also.length === 0 ? hint : `${hint} Also filtered by: ${visibleText(also.join("; "))}.`}
      error={fieldMessage(problem, "/filter/action") ?? fieldMessage(problem, "/filter/action/0")}
    >
      {(control) => (
        <Input {...control} name="actions" defaultValue={[action ?? []].flat().join(", ")} autoComplete="off" />
      )}
    </Field>
  );
}
