import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { fieldMessage, type Problem, problemOrNull } from "../api/problem.ts";
import { type CreatedStream, createStream, type Stream, streamsQuery } from "../api/streams.ts";
import { Refusal } from "../shell/failure.tsx";
import type { CurrentOrganization } from "../shell/session.ts";
import { Field, Input, Textarea } from "../ui/field.tsx";
import { FormActions } from "../ui/form-actions.tsx";
import { formText } from "../ui/form-text.ts";
import { Select } from "../ui/select.tsx";
import { filterOf, valuesOf } from "./form-values.ts";
import { FORMAT_LABELS, KINDS, type KindField, PROOF_LABELS } from "./kinds.ts";

const TYPES = (Object.keys(KINDS) as Stream["type"][]).map((value) => ({ value, label: KINDS[value].label }));
const PROOFS = (Object.keys(PROOF_LABELS) as Stream["proof"][]).map((value) => ({ value, label: PROOF_LABELS[value] }));
const STARTS = [
  { value: "now", label: "From now on" },
  { value: "beginning", label: "From the beginning" },
] as const;

const pointerOf = ({ of, name }: KindField) => `/${of}/${name}`;

function KindFieldInput({ field, problem }: { field: KindField; problem: Problem | null }) {
  const { name, label, of, placeholder, hint, optional, input, choices } = field;
  const [choice, setChoice] = useState(choices?.[0] ?? "");
  const text = { name, required: !optional, placeholder, autoComplete: "off" };
  return (
    <Field
      label={optional ? `${label} (optional)` : label}
      hint={input === "headers" ? "One a line: Name: value" : hint}
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

interface CreateStreamFormProps {
  readonly organization: CurrentOrganization;
  readonly onCancel: () => void;
  readonly onCreated: (stream: CreatedStream) => void;
}

export function CreateStreamForm({ organization, onCancel, onCreated }: CreateStreamFormProps) {
  const queries = useQueryClient();
  const [type, setType] = useState<Stream["type"]>("webhook");
  const [format, setFormat] = useState<Stream["format"]>("daybook");
  const [proof, setProof] = useState<Stream["proof"]>("checkpoints");
  const [start, setStart] = useState<(typeof STARTS)[number]["value"]>("now");
  const { fields, formats, note } = KINDS[type];
  const { mutate, error, isPending } = useMutation({
    mutationFn: (form: HTMLFormElement) =>
      createStream(organization.id, {
        name: formText(form, "stream_name").trim(),
        type,
        config: valuesOf(form, fields, "config"),
        secrets: valuesOf(form, fields, "secrets"),
        format,
        filter: filterOf(formText(form, "actions")),
        proof,
        start,
      }),
    onSuccess: (stream) => {
      onCreated(stream);
      void queries.invalidateQueries({ queryKey: streamsQuery(organization.id).queryKey });
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
      <Field label="Name" error={fieldMessage(problem, "/name")}>
        {(control) => <Input {...control} name="stream_name" required maxLength={200} autoComplete="off" />}
      </Field>
      <Field label="Type" hint={note}>
        {(control) => <Select control={control} value={type} choices={TYPES} onChange={chooseType} />}
      </Field>
      {fields.map((field) => (
        <KindFieldInput key={`${type}-${field.name}`} field={field} problem={problem} />
      ))}
      <div className="grid items-start gap-4 sm:grid-cols-2">
        <Field label="Format">
          {(control) => (
            <Select
              control={control}
              value={format}
              choices={formats.map((value) => ({ value, label: FORMAT_LABELS[value] }))}
              onChange={setFormat}
            />
          )}
        </Field>
        <Field label="Start">
          {(control) => <Select control={control} value={start} choices={STARTS} onChange={setStart} />}
        </Field>
      </div>
      <Field
        label="Actions (optional)"
        hint="Only these, such as auth.*, api_key.create. By default all."
        error={fieldMessage(problem, "/filter/action") ?? fieldMessage(problem, "/filter/action/0")}
      >
        {(control) => <Input {...control} name="actions" autoComplete="off" />}
      </Field>
      <Field label="Proof">
        {(control) => <Select control={control} value={proof} choices={PROOFS} onChange={setProof} />}
      </Field>
      <FormActions action="Create stream" pending={isPending} onCancel={onCancel} />
    </form>
  );
}
