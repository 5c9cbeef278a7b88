import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type RefObject, useRef } from "react";
import { fieldMessage, problemOrNull } from "../api/problem.ts";
import { changeView, type SavedView, savedViewsQuery, saveView } from "../api/saved-views.ts";
import { useLogAccess } from "../audit-logs/log-access.ts";
import { Refusal } from "../shell/failure.tsx";
import { ChoiceCard } from "../ui/choice-card.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Field, Input } from "../ui/field.tsx";
import { FormActions } from "../ui/form-actions.tsx";
import { formText } from "../ui/form-text.ts";

const FIELDS = ["/name"];

interface ViewFormProps {
  /** The one to rename or share; undefined for a new one. */
  readonly view: SavedView | undefined;
  /** What a new one keeps. */
  readonly query: string;
  readonly finalFocus: RefObject<HTMLElement | null>;
  readonly onClose: () => void;
  readonly onSaved: (view: SavedView) => void;
}

/** A view's name, and who sees it. */
export function ViewForm({ view, query, finalFocus, onClose, onSaved }: ViewFormProps) {
  const { organization } = useLogAccess();
  const queries = useQueryClient();
  const name = useRef<HTMLInputElement>(null);
  const { mutate, error, isPending } = useMutation<SavedView, Error, { name: string; shared: boolean }>({
    mutationFn: async (fields) => {
      const saved = await (view === undefined
        ? saveView(organization.id, { ...fields, query })
        : changeView(organization.id, view.id, fields));
      await queries.invalidateQueries({ queryKey: savedViewsQuery(organization.id).queryKey });
      return saved;
    },
    onSuccess: (saved) => {
      onSaved(saved);
      onClose();
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    if (!isPending) mutate({ name: formText(form, "name").trim(), shared: new FormData(form).has("shared") });
  };
  const title = view === undefined ? "Save current filters" : "Rename or share";
  return (
    <Dialog open onOpenChange={onClose} title={title} initialFocus={name} finalFocus={finalFocus}>
      <form onSubmit={submit} className="flex flex-col gap-4">
        <Refusal error={error} fields={FIELDS} />
        <Field
          label="Name"
          hint={view === undefined ? "Filters and time zone are saved; relative ranges stay relative." : undefined}
          error={fieldMessage(problemOrNull(error), "/name")}
        >
          {(control) => (
            <Input
              {...control}
              ref={name}
              name="name"
              required
              autoComplete="off"
              maxLength={100}
              defaultValue={view?.name}
            />
          )}
        </Field>
        <ChoiceCard
          type="checkbox"
          name="shared"
          defaultChecked={view?.shared ?? false}
          title="Share with the organization"
          summary="Everybody who can read these logs sees it. Sharing is recorded."
        />
        <FormActions action="Save" pending={isPending} onCancel={onClose} />
      </form>
    </Dialog>
  );
}
