import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { fieldMessage, problemOrNull } from "../api/problem.ts";
import { changePassword, openSessionsQuery } from "../api/profile.ts";
import { SettingsRow } from "../settings/settings-row.tsx";
import { Refusal } from "../shell/failure.tsx";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Field, Input } from "../ui/field.tsx";
import { FormActions } from "../ui/form-actions.tsx";
import { formText } from "../ui/form-text.ts";

const FIELDS = ["/current_password", "/new_password"];

export function PasswordRow({ email }: { email: string }) {
  const [open, setOpen] = useState(false);
  const [changed, setChanged] = useState(false);
  return (
    <SettingsRow label="Password">
      <span className="flex flex-wrap items-center gap-3">
        <span role="status" className="font-normal text-muted-foreground empty:hidden">
          {changed && "Changed. Every other session was ended."}
        </span>
        <Dialog
          open={open}
          onOpenChange={setOpen}
          title="Change password"
          description="You will be signed out in every other browser."
          trigger={<Button variant="outline">Change password</Button>}
        >
          <PasswordForm
            email={email}
            onCancel={() => setOpen(false)}
            onChanged={() => {
              setChanged(true);
              setOpen(false);
            }}
          />
        </Dialog>
      </span>
    </SettingsRow>
  );
}

interface PasswordFormProps {
  readonly email: string;
  readonly onCancel: () => void;
  readonly onChanged: () => void;
}

function PasswordForm({ email, onCancel, onChanged }: PasswordFormProps) {
  const queries = useQueryClient();
  const { mutate, error, isPending } = useMutation<void, Error, { current: string; next: string }>({
    mutationFn: async ({ current, next }) => {
      await changePassword(current, next);
      void queries.invalidateQueries({ queryKey: openSessionsQuery.queryKey });
    },
    onSuccess: onChanged,
  });
  const problem = problemOrNull(error);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    if (!isPending) mutate({ current: formText(form, "current"), next: formText(form, "new") });
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <Refusal error={error} fields={FIELDS} />
      {/* Tells password managers whose password it is. */}
      <input type="text" name="username" autoComplete="username" value={email} readOnly hidden />
      <Field label="Current password" error={fieldMessage(problem, "/current_password")}>
        {(control) => <Input {...control} name="current" type="password" required autoComplete="current-password" />}
      </Field>
      <Field label="New password" hint="At least 10 characters." error={fieldMessage(problem, "/new_password")}>
        {(control) => (
          <Input {...control} name="new" type="password" required minLength={10} autoComplete="new-password" />
        )}
      </Field>
      <FormActions action="Change password" pending={isPending} onCancel={onCancel} />
    </form>
  );
}
