import { useMutation, useQueryClient } from "@tanstack/react-query";
import { UserPlus } from "lucide-react";
import { type FormEvent, useState } from "react";
import { type CreatedInvitation, invitationsQuery, invite, type Role } from "../api/members.ts";
import { fieldMessage, problemOrNull } from "../api/problem.ts";
import { Refusal } from "../shell/failure.tsx";
import type { CurrentOrganization } from "../shell/session.ts";
import { Button } from "../ui/button.tsx";
import { Dialog, DialogActions } from "../ui/dialog.tsx";
import { Field, Input } from "../ui/field.tsx";
import { FormActions } from "../ui/form-actions.tsx";
import { formText } from "../ui/form-text.ts";
import { OneTimeValue } from "../ui/one-time-value.tsx";
import { VisibleText } from "../ui/visible-text.tsx";
import { RoleRadios } from "./role-choice.tsx";

const FIELDS = ["/email", "/role"];

interface InviteDialogProps {
  readonly organization: CurrentOrganization;
  readonly onInvited: () => void;
}

export function InviteDialog({ organization, onInvited }: InviteDialogProps) {
  const [open, setOpen] = useState(false);
  const [invitation, setInvitation] = useState<CreatedInvitation>();
  const change = (next: boolean) => {
    setOpen(next);
    if (next) setInvitation(undefined);
  };
  return (
    <Dialog
      open={open}
      onOpenChange={change}
      title={invitation ? "Invitation created" : "Invite a member"}
      trigger={
        <Button>
          <UserPlus aria-hidden /> Invite member
        </Button>
      }
      description={
        invitation ? (
          <>
            Send this link to <VisibleText value={invitation.email} />. It works once, for seven days. It is shown only
            now: Daybook sends no e-mail.
          </>
        ) : (
          "You get a link to send to them. It is for this e-mail address alone."
        )
      }
    >
      {invitation ? (
        <>
          <OneTimeValue label="Invitation link" value={invitation.link} copy="Copy link" />
          <DialogActions>
            <Button onClick={() => setOpen(false)}>Done</Button>
          </DialogActions>
        </>
      ) : (
        <InviteForm
          organization={organization}
          onCancel={() => setOpen(false)}
          onInvited={(made) => {
            setInvitation(made);
            onInvited();
          }}
        />
      )}
    </Dialog>
  );
}

interface InviteFormProps {
  readonly organization: CurrentOrganization;
  readonly onCancel: () => void;
  readonly onInvited: (invitation: CreatedInvitation) => void;
}

function InviteForm({ organization, onCancel, onInvited }: InviteFormProps) {
  const queries = useQueryClient();
  const [role, setRole] = useState<Role>(organization.visited ? "owner" : "auditor");
  const { mutate, error, isPending } = useMutation<CreatedInvitation, Error, string>({
    mutationFn: (email) => invite(organization.id, email, role),
    onSuccess: (invitation) => {
      onInvited(invitation);
      void queries.invalidateQueries({ queryKey: invitationsQuery(organization.id).queryKey });
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (!isPending) mutate(formText(event.currentTarget, "email").trim());
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <Refusal error={error} fields={FIELDS} />
      <Field label="E-mail" error={fieldMessage(problemOrNull(error), "/email")}>
        {(control) => <Input {...control} name="email" type="email" required autoComplete="off" maxLength={254} />}
      </Field>
      <RoleRadios organization={organization} value={role} onChange={setRole} />
      <FormActions action="Create invitation link" pending={isPending} onCancel={onCancel} />
    </form>
  );
}
