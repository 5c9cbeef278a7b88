import { useMutation } from "@tanstack/react-query";
import type { FormEvent } from "react";
import { fieldMessage, problemOrNull } from "../api/problem.ts";
import { Refusal } from "../shell/failure.tsx";
import { Field, Input } from "../ui/field.tsx";
import { FormActions } from "../ui/form-actions.tsx";
import { formText } from "../ui/form-text.ts";

interface PasswordStepProps {
  readonly action: string;
  readonly destructive?: boolean;
  readonly onCancel: () => void;
  readonly submit: (password: string) => Promise<void>;
}

/** Asks for the password again before something that a stolen session must not do. */
export function PasswordStep({ action, destructive = false, onCancel, submit }: PasswordStepProps) {
  const { mutate, error, isPending } = useMutation({ mutationFn: submit });
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (!isPending) mutate(formText(event.currentTarget, "password"));
  };
  return (
    <form onSubmit={onSubmit} className="flex flex-col gap-4">
      <Refusal error={error} fields={["/password"]} />
      <Field label="Your password" error={fieldMessage(problemOrNull(error), "/password")}>
        {(control) => <Input {...control} name="password" type="password" required autoComplete="current-password" />}
      </Field>
      <FormActions action={action} destructive={destructive} pending={isPending} onCancel={onCancel} />
    </form>
  );
}
