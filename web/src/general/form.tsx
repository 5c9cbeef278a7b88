import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useMemo, useState } from "react";
import {
  type OrganizationChange,
  type OrganizationDetails,
  organizationQuery,
  updateOrganization,
} from "../api/organizations.ts";
import { fieldMessage, problemOrNull } from "../api/problem.ts";
import { Refusal } from "../shell/failure.tsx";
import { useRefreshSession } from "../shell/session.ts";
import { allZones, zoneLabel } from "../time/zones.ts";
import { Button } from "../ui/button.tsx";
import { Card } from "../ui/card.tsx";
import { Combobox, type ComboboxChoice } from "../ui/combobox.tsx";
import { Field, Input } from "../ui/field.tsx";
import { Outcome } from "../ui/outcome.tsx";
import { Spinner } from "../ui/spinner.tsx";
import { Switch } from "../ui/switch.tsx";
import { changeFrom, type Draft, draftOf } from "./draft.ts";
import { ReviewingFields } from "./reviewing-fields.tsx";
import { SensitiveField } from "./sensitive-field.tsx";

const FIELDS = ["/name", "/time_zone", "/office_hours"];
const UNSET: ComboboxChoice = { value: "", label: "Not set (UTC)" };

interface ZoneFieldProps {
  /** An IANA name; empty for none. */
  readonly value: string;
  readonly error: string | undefined;
  readonly onChange: (zone: string) => void;
}

function ZoneField({ value, error, onChange }: ZoneFieldProps) {
  const choices = useMemo(() => [UNSET, ...allZones()], []);
  return (
    <Field
      label="Time zone"
      hint="Audit Logs show times and days in this zone, or in UTC if there is none."
      error={error}
    >
      {(control) => (
        <Combobox
          control={control}
          searchLabel="Find a time zone"
          choices={choices}
          value={choices.find((choice) => choice.value === value) ?? { value, label: zoneLabel(value) }}
          onChange={(choice) => onChange(choice.value)}
        />
      )}
    </Field>
  );
}

function PersonalIdsField({ refuses, onChange }: { refuses: boolean; onChange: (refuses: boolean) => void }) {
  return (
    <Switch checked={refuses} onChange={onChange} className="justify-between max-lg:min-h-11">
      <span>
        <span className="block text-sm font-medium">Refuse personal IDs</span>
        <span className="block text-sm text-muted-foreground">
          IDs and roles that look like an e-mail address or a phone number cannot be erased.
        </span>
      </span>
    </Switch>
  );
}

export function GeneralForm({ details }: { details: OrganizationDetails }) {
  const queries = useQueryClient();
  const refreshSession = useRefreshSession();
  const [draft, setDraft] = useState(() => draftOf(details));
  const { mutate, error, isPending, isSuccess, reset } = useMutation<void, Error, OrganizationChange>({
    mutationFn: async (change) => {
      const changed = await updateOrganization(details.id, change);
      queries.setQueryData(organizationQuery(details.id).queryKey, changed);
      setDraft(draftOf(changed));
      await refreshSession();
    },
  });
  const change = changeFrom(details, draft);
  const changed = Object.keys(change).length > 0;
  const problem = problemOrNull(error);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (changed && !isPending) mutate(change);
  };
  const edit = (part: Partial<Draft>) => {
    if (isSuccess) reset();
    setDraft((before) => ({ ...before, ...part }));
  };
  return (
    <Card aria-label="Settings" className="p-5">
      <form onSubmit={submit} className="flex max-w-xl flex-col gap-4">
        <Refusal error={error} fields={FIELDS} />
        <Field label="Name" error={fieldMessage(problem, "/name")}>
          {(control) => (
            <Input
              {...control}
              required
              maxLength={200}
              autoComplete="off"
              value={draft.name}
              onChange={(event) => edit({ name: event.target.value })}
            />
          )}
        </Field>
        <ZoneField value={draft.zone} error={fieldMessage(problem, "/time_zone")} onChange={(zone) => edit({ zone })} />
        <ReviewingFields draft={draft} error={fieldMessage(problem, "/office_hours")} onChange={edit} />
        <PersonalIdsField refuses={draft.refuses} onChange={(refuses) => edit({ refuses })} />
        <SensitiveField value={draft.sensitive} problem={problem} onChange={(sensitive) => edit({ sensitive })} />
        <Outcome>{isSuccess && "Saved."}</Outcome>
        <div>
          <Button type="submit" className="max-sm:w-full" disabled={!changed} aria-disabled={isPending}>
            {isPending && <Spinner />} Save changes
          </Button>
        </div>
      </form>
    </Card>
  );
}
