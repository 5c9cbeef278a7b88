import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { type FormEvent, useState } from "react";
import { createOrganization } from "../api/organizations.ts";
import { OrganizationFields } from "../pages/organization-fields.tsx";
import { problemOrNull, Refusal } from "../shell/failure.tsx";
import { visibleText } from "../text/visible.ts";
import { Button } from "../ui/button.tsx";
import { Dialog, DialogActions } from "../ui/dialog.tsx";
import { Spinner } from "../ui/spinner.tsx";

const POINTERS = { name: "/name", id: "/id" };

export function CreateOrganizationDialog({ onCreated }: { onCreated: (what: string) => void }) {
  const [open, setOpen] = useState(false);
  return (
    <Dialog
      open={open}
      onOpenChange={setOpen}
      title="Make an organization"
      description="It holds the events of one customer or team. Nobody else sees them but you, as the platform's owner."
      trigger={
        <Button className="max-lg:w-full">
          <Plus aria-hidden /> Make organization
        </Button>
      }
    >
      <CreateForm
        onCancel={() => setOpen(false)}
        onCreated={(name) => {
          onCreated(`${visibleText(name)} is made.`);
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
    const form = new FormData(event.currentTarget);
    const text = (field: string) => String(form.get(field) ?? "").trim();
    mutate({ id: text("organization-id"), name: text("organization-name") });
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <Refusal error={error} fields={Object.values(POINTERS)} />
      <OrganizationFields problem={problemOrNull(error)} pointers={POINTERS} />
      <DialogActions>
        <Button variant="outline" onClick={onCancel}>
          Cancel
        </Button>
        <Button type="submit" aria-disabled={isPending}>
          {isPending && <Spinner />} Make organization
        </Button>
      </DialogActions>
    </form>
  );
}
