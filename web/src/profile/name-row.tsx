import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { fieldMessage, problemOrNull } from "../api/problem.ts";
import { renameOneself } from "../api/profile.ts";
import type { User } from "../api/session.ts";
import { SettingsRow } from "../settings/settings-row.tsx";
import { Refusal } from "../shell/failure.tsx";
import { useRefreshSession } from "../shell/session.ts";
import { Button } from "../ui/button.tsx";
import { Field, Input } from "../ui/field.tsx";
import { formText } from "../ui/form-text.ts";
import { Spinner } from "../ui/spinner.tsx";
import { VisibleText } from "../ui/visible-text.tsx";

/** One's name, edited where it is. */
export function NameRow({ user }: { user: User }) {
  const [editing, setEditing] = useState(false);
  const [saved, setSaved] = useState(false);
  const edit = useRef<HTMLButtonElement>(null);
  const wasEditing = useRef(false);
  useEffect(() => {
    if (wasEditing.current && !editing) edit.current?.focus();
    wasEditing.current = editing;
  }, [editing]);
  if (editing) {
    return (
      <NameForm
        name={user.name}
        onClose={(changed) => {
          setSaved(changed);
          setEditing(false);
        }}
      />
    );
  }
  return (
    <SettingsRow label="Name">
      <span className="flex min-w-0 items-center gap-3">
        <span role="status" className="sr-only">
          {saved && "Name saved"}
        </span>
        <span className="min-w-0 [overflow-wrap:anywhere]">
          <VisibleText value={user.name} />
        </span>
        <Button
          ref={edit}
          variant="outline"
          size="small"
          onClick={() => {
            setSaved(false);
            setEditing(true);
          }}
        >
          Edit<span className="sr-only"> name</span>
        </Button>
      </span>
    </SettingsRow>
  );
}

function NameForm({ name, onClose }: { name: string; onClose: (changed: boolean) => void }) {
  const refreshSession = useRefreshSession();
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.select(), []);
  const { mutate, error, isPending } = useMutation<void, Error, string>({
    mutationFn: async (next) => refreshSession(await renameOneself(next)),
    onSuccess: () => onClose(true),
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const next = formText(event.currentTarget, "name").trim();
    if (next === name) onClose(false);
    else if (!isPending) mutate(next);
  };
  return (
    <form
      onSubmit={submit}
      onKeyDown={(event) => event.key === "Escape" && onClose(false)}
      className="flex flex-col gap-3 px-5 py-4"
    >
      <Refusal error={error} fields={["/name"]} />
      <div className="flex flex-wrap items-start gap-x-3 gap-y-3">
        <Field label="Name" className="flex-1 basis-60" error={fieldMessage(problemOrNull(error), "/name")}>
          {(control) => (
            <Input
              {...control}
              ref={input}
              name="name"
              required
              maxLength={200}
              autoComplete="name"
              defaultValue={name}
            />
          )}
        </Field>
        <div className="flex gap-2 self-end max-sm:w-full">
          <Button variant="outline" className="max-sm:flex-1" onClick={() => onClose(false)}>
            Cancel
          </Button>
          <Button type="submit" className="max-sm:flex-1" aria-disabled={isPending}>
            {isPending && <Spinner />} Save
          </Button>
        </div>
      </div>
    </form>
  );
}
