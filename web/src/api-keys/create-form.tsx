import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useId, useState } from "react";
import { type CreatedKey, createKey, keysQuery } from "../api/keys.ts";
import { fieldMessage, problemOrNull } from "../api/problem.ts";
import { Refusal } from "../shell/failure.tsx";
import type { CurrentOrganization } from "../shell/session.ts";
import { Field, FieldError, Input } from "../ui/field.tsx";
import { FormActions } from "../ui/form-actions.tsx";
import { formText } from "../ui/form-text.ts";
import { Select } from "../ui/select.tsx";
import { DEFAULT_EXPIRY, EXPIRY_CHOICES, expiryInstant, firstExpiryDay } from "./expiry.ts";
import { type Scope, scopesFor } from "./scopes.ts";

const FIELDS = ["/name", "/scopes", "/expires_at"];

interface ScopeChoicesProps {
  readonly organization: CurrentOrganization;
  readonly chosen: readonly Scope[];
  readonly error: string | undefined;
  readonly onChange: (scopes: readonly Scope[]) => void;
}

function ScopeChoices({ organization, chosen, error, onChange }: ScopeChoicesProps) {
  const id = useId();
  return (
    <fieldset className="flex flex-col gap-1" aria-describedby={error ? id : undefined}>
      <legend className="mb-1 text-xs font-medium text-muted-foreground">Scopes</legend>
      {scopesFor(organization.id).map(({ scope, summary }) => (
        <label key={scope} className="flex cursor-pointer items-start gap-3 rounded-md py-1.5 max-lg:min-h-11">
          <input
            type="checkbox"
            checked={chosen.includes(scope)}
            onChange={({ target }) =>
              onChange(target.checked ? [...chosen, scope] : chosen.filter((other) => other !== scope))
            }
            className="mt-0.5 size-4 shrink-0 accent-(--foreground)"
          />
          <span className="min-w-0">
            <span className="block font-mono text-xs leading-5">{scope}</span>
            <span className="block text-xs text-pretty text-muted-foreground">{summary}</span>
          </span>
        </label>
      ))}
      <FieldError id={id}>{error}</FieldError>
    </fieldset>
  );
}

interface ExpiryFieldsProps {
  readonly choice: string;
  readonly day: string;
  readonly error: string | undefined;
  readonly onChoice: (choice: string) => void;
  readonly onDay: (day: string) => void;
}

function ExpiryFields({ choice, day, error, onChoice, onDay }: ExpiryFieldsProps) {
  return (
    <div className="grid items-start gap-4 sm:grid-cols-2">
      <Field
        label="Expires"
        error={choice === "date" ? undefined : error}
        hint={choice === "never" ? "Revoke it when it is no longer used." : undefined}
      >
        {(control) => <Select control={control} value={choice} choices={EXPIRY_CHOICES} onChange={onChoice} />}
      </Field>
      {choice === "date" && (
        <Field label="Last day (UTC)" error={error}>
          {(control) => (
            <Input
              {...control}
              type="date"
              required
              min={firstExpiryDay()}
              value={day}
              onChange={(event) => onDay(event.target.value)}
            />
          )}
        </Field>
      )}
    </div>
  );
}

interface CreateKeyFormProps {
  readonly organization: CurrentOrganization;
  readonly onCancel: () => void;
  readonly onCreated: (key: CreatedKey) => void;
}

export function CreateKeyForm({ organization, onCancel, onCreated }: CreateKeyFormProps) {
  const queries = useQueryClient();
  const [scopes, setScopes] = useState<readonly Scope[]>(["events:write"]);
  const [expiry, setExpiry] = useState<string>(DEFAULT_EXPIRY);
  const [day, setDay] = useState("");
  const [fault, setFault] = useState<{ scopes?: string; day?: string }>({});
  const { mutate, error, isPending } = useMutation({
    mutationFn: createKey,
    onSuccess: (key) => {
      onCreated(key);
      void queries.invalidateQueries({ queryKey: keysQuery(organization.id).queryKey });
    },
  });
  const problem = problemOrNull(error);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (isPending) return;
    const name = formText(event.currentTarget, "name").trim();
    const expiresAt = expiryInstant(expiry, day);
    const faults = {
      ...(scopes.length === 0 && { scopes: "Choose at least one." }),
      ...(expiresAt === null && { day: "Choose a day from tomorrow on." }),
    };
    setFault(faults);
    if (scopes.length === 0 || expiresAt === null) return;
    mutate({ organization: organization.id, name, scopes, ...(expiresAt && { expires_at: expiresAt }) });
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <Refusal error={error} fields={FIELDS} />
      <Field
        label="Name"
        hint="Name what uses it, so that you know later which key to revoke."
        error={fieldMessage(problem, "/name")}
      >
        {(control) => <Input {...control} name="name" required maxLength={128} autoComplete="off" />}
      </Field>
      <ScopeChoices
        organization={organization}
        chosen={scopes}
        error={fault.scopes ?? fieldMessage(problem, "/scopes")}
        onChange={setScopes}
      />
      <ExpiryFields
        choice={expiry}
        day={day}
        error={fault.day ?? fieldMessage(problem, "/expires_at")}
        onChoice={setExpiry}
        onDay={setDay}
      />
      <FormActions action="Create key" pending={isPending} onCancel={onCancel} />
    </form>
  );
}
