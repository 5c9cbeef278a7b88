import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useRef, useState } from "react";
import {
  type Alert,
  type Condition,
  type CreatedAlert,
  type NewAlert,
  previewAlert,
  type ReadyAlert,
  type Watched,
} from "../api/alerts.ts";
import { fieldMessage, type Problem, problemOrNull } from "../api/problem.ts";
import { Refusal } from "../shell/failure.tsx";
import type { CurrentOrganization } from "../shell/session.ts";
import { Button } from "../ui/button.tsx";
import { Field, Input } from "../ui/field.tsx";
import { FormActions } from "../ui/form-actions.tsx";
import { formText } from "../ui/form-text.ts";
import { Select } from "../ui/select.tsx";
import { Spinner } from "../ui/spinner.tsx";
import { ConditionFields } from "./condition-fields.tsx";
import { FilterFields } from "./filter-fields.tsx";
import { conditionIn, deliverIn, filterIn } from "./form-values.ts";
import { Preview } from "./preview.tsx";
import { TYPES, WHEN } from "./words.ts";

const TYPE_CHOICES = (Object.keys(TYPES) as Condition["type"][]).map((value) => ({ value, label: TYPES[value] }));
const WHEN_CHOICES = (Object.keys(WHEN) as Alert["deliver"]["when"][]).map((value) => ({ value, label: WHEN[value] }));
/** Pointers of the fields, which say themselves what is wrong with them. */
const FIELDS = [
  "/name",
  ...["/filter/action", "/filter/action/0", "/deliver/email", "/deliver/email/0", "/deliver/webhook/url"],
  ...["count", "minutes", "hour", "after_failures"].map((name) => `/condition/${name}`),
];

interface AlertFormProps {
  readonly organization: CurrentOrganization;
  /** What is looked for, where that is chosen already. */
  readonly ready: ReadyAlert | undefined;
  /** What the form begins with. */
  readonly alert: Alert | undefined;
  /** What the button says that saves it. */
  readonly action: string;
  readonly save: (fields: NewAlert) => Promise<CreatedAlert>;
  readonly onCancel: () => void;
  readonly onSaved: (alert: CreatedAlert) => void;
}

export function AlertForm({ organization, ready, alert, action, save, onCancel, onSaved }: AlertFormProps) {
  const form = useRef<HTMLFormElement>(null);
  const [type, setType] = useState<Condition["type"]>(alert?.condition.type ?? "match");
  const [when, setWhen] = useState<Alert["deliver"]["when"]>(alert?.deliver.when ?? "at_once");
  const watchedIn = (element: HTMLFormElement): Watched => {
    const { condition, filter } = ready ?? { condition: conditionIn(element, type), filter: filterIn(element) };
    return { condition, filter };
  };
  const preview = useMutation({
    mutationFn: (watched: Watched) =>
      previewAlert(organization.id, { ...watched, organizations: alert?.organizations ?? "own" }),
  });
  const { mutate, error, isPending } = useSaving(organization.id, onSaved, (element) =>
    save({
      name: formText(element, "alert_name").trim(),
      ...watchedIn(element),
      deliver: deliverIn(element, when),
    }),
  );
  const problem = problemOrNull(error ?? preview.error);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (!isPending) mutate(event.currentTarget);
  };
  const look = () => {
    if (form.current?.reportValidity()) preview.mutate(watchedIn(form.current));
  };
  const isReport = type === "report" && ready === undefined;
  return (
    <form ref={form} onSubmit={submit} onInput={() => preview.reset()} className="flex flex-col gap-4">
      <Refusal error={error ?? preview.error} fields={FIELDS} />
      <NameField initial={ready?.name ?? alert?.name} problem={problem} />
      {ready === undefined && (
        <WatchedFields
          organization={organization.id}
          type={type}
          onType={setType}
          initial={alert}
          problem={problem}
          onChange={() => preview.reset()}
        />
      )}
      <DeliverFields initial={alert?.deliver} problem={problem} />
      {!isReport && (
        <>
          <Field label="Notify">
            {(control) => <Select control={control} value={when} choices={WHEN_CHOICES} onChange={setWhen} />}
          </Field>
          <Button variant="outline" onClick={look} aria-disabled={preview.isPending} className="self-start">
            {preview.isPending && <Spinner />} Preview last 30 days
          </Button>
        </>
      )}
      {preview.data !== undefined && <Preview preview={preview.data} />}
      <FormActions action={action} pending={isPending} onCancel={onCancel} />
    </form>
  );
}

interface WatchedFieldsProps {
  readonly organization: string;
  readonly type: Condition["type"];
  readonly onType: (type: Condition["type"]) => void;
  readonly initial: Watched | undefined;
  readonly problem: Problem | null;
  readonly onChange: () => void;
}

/** What an alert looks for, and among which events. */
function WatchedFields({ organization, type, onType, initial, problem, onChange }: WatchedFieldsProps) {
  return (
    <>
      <TypeField
        type={type}
        onChange={(next) => {
          onType(next);
          onChange();
        }}
      />
      <ConditionFields key={type} type={type} initial={initial?.condition} problem={problem} onChange={onChange} />
      <FilterFields organization={organization} initial={initial?.filter} problem={problem} onChange={onChange} />
    </>
  );
}

/** Saves the alert that a form describes; the list of alerts is read again. */
function useSaving(
  organization: string,
  onSaved: AlertFormProps["onSaved"],
  save: (element: HTMLFormElement) => Promise<CreatedAlert>,
) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: save,
    onSuccess: (alert) => {
      onSaved(alert);
      void queries.invalidateQueries({ queryKey: ["alerts", organization] });
    },
  });
}

function NameField({ initial, problem }: { readonly initial: string | undefined; readonly problem: Problem | null }) {
  return (
    <Field label="Name" error={fieldMessage(problem, "/name")}>
      {(control) => (
        <Input {...control} name="alert_name" defaultValue={initial} required maxLength={200} autoComplete="off" />
      )}
    </Field>
  );
}

interface TypeFieldProps {
  readonly type: Condition["type"];
  readonly onChange: (type: Condition["type"]) => void;
}

function TypeField({ type, onChange }: TypeFieldProps) {
  return (
    <Field label="Type">
      {(control) => <Select control={control} value={type} choices={TYPE_CHOICES} onChange={onChange} />}
    </Field>
  );
}

interface DeliverFieldsProps {
  readonly initial: Alert["deliver"] | undefined;
  readonly problem: Problem | null;
}

/** Who is notified. */
function DeliverFields({ initial, problem }: DeliverFieldsProps) {
  return (
    <>
      <Field
        label="E-mail (optional)"
        hint="Addresses, separated by commas."
        error={fieldMessage(problem, "/deliver/email") ?? fieldMessage(problem, "/deliver/email/0")}
      >
        {(control) => <Input {...control} name="email" defaultValue={initial?.email.join(", ")} autoComplete="off" />}
      </Field>
      <Field label="Webhook (optional)" error={fieldMessage(problem, "/deliver/webhook/url")}>
        {(control) => (
          <Input
            {...control}
            name="webhook"
            defaultValue={initial?.webhook?.url}
            placeholder="https://pager.example.com/daybook"
            autoComplete="off"
          />
        )}
      </Field>
    </>
  );
}
