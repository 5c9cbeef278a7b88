import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { type FormEvent, useState } from "react";
import { createOrganization } from "../api/organizations.ts";
import { problemOrNull } from "../api/problem.ts";
import { Refusal } from "../shell/failure.tsx";
import { visibleText } from "../text/visible.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { FormActions } from "../ui/form-actions.tsx";
import { formText } from "../ui/form-text.ts";
import { OrganizationFields } from "./organization-fields.tsx";

const POINTERS = { name: "/name", id: "/id" };

export function CreateOrganizationDialog({ onCreated }: { onCreated: (what: string) => void }) {
  const [open, setOpen] = useState(false);
  return (
    <Dialog
      open={open}
      onOpenChange={setOpen}
      title="Create organization"
      description="It holds the events of one customer or team. As the platform owner, you can read them, too."
      trigger={
        <Button className="max-lg:w-full">
          <Plus aria-hidden /> Create organization
        </Button>
      }
    >
      <CreateForm
        onCancel={() => setOpen(false)}
        onCreated={(name) => {
          onCreated(`${visibleText(name)} was created.`);
          setOpen(false);
        }}
      />
    </Dialog>
  );
}

interface CreateFormProps {
  readonly onCancel: () => void;
  readonly onCreated: (name: string) => void;
}

function CreateForm({ onCancel, onCreated }: CreateFormProps) {
  const queries = useQueryClient();
  const { mutate, error, isPending } = useMutation<void, Error, { id: string; name: string }>({
    mutationFn: async ({ id, name }) => {
      await createOrganization(id, name);
      await queries.invalidateQueries({ queryKey: ["organizations"] });
    },
    onSuccess: (_made, { name }) => onCreated(name),
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (isPending) return;
    const form = event.currentTarget;
    mutate({ id: formText(form, "organization-id").trim(), name: formText(form, "organization-name").trim() });
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <Refusal error={error} fields={Object.values(POINTERS)} />
      <OrganizationFields problem={problemOrNull(error)} pointers={POINTERS} />
      <FormActions action="Create organization" pending={isPending} onCancel={onCancel} />
    </form>
  );
}
