import { useState } from "react";
import { type Alert, type CreatedAlert, changeAlert, createAlert, type ReadyAlert } from "../api/alerts.ts";
import { changedFields } from "../api/changed-fields.ts";
import type { CurrentOrganization } from "../shell/session.ts";
import { SigningSecret } from "../streams/signing-secret.tsx";
import { visibleText } from "../text/visible.ts";
import { Dialog } from "../ui/dialog.tsx";
import { AlertForm } from "./alert-form.tsx";

interface AlertDialogProps {
  readonly organization: CurrentOrganization;
  /** What is looked for, where that is chosen already. */
  readonly ready?: ReadyAlert | undefined;
  /** The alert to edit; by default a new one is created. */
  readonly alert?: Alert;
  readonly onClose: () => void;
  readonly onSaved: (alert: CreatedAlert) => void;
}

/** Creates or edits an alert. A webhook that it has only now gets a secret, which is shown once. */
export function AlertDialog({ organization, ready, alert, onClose, onSaved }: AlertDialogProps) {
  const [saved, setSaved] = useState<CreatedAlert>();
  const secret = saved?.signing_secret ?? undefined;
  const [title, action, done] =
    alert === undefined
      ? ["Create alert", "Create alert", "Alert created"]
      : [`Edit ${visibleText(alert.name)}`, "Save changes", "Alert changed"];
  return (
    <Dialog
      open
      onOpenChange={onClose}
      dismissible={secret === undefined}
      title={secret === undefined ? title : done}
      description={secret === undefined ? ready?.description : "Copy the secret now: it is shown only this once."}
    >
      {saved !== undefined && secret !== undefined ? (
        <SigningSecret secret={secret} publicKey={saved.public_keys[0]} onClose={onClose} />
      ) : (
        <AlertForm
          organization={organization}
          ready={ready}
          alert={alert}
          action={action}
          save={(fields) =>
            alert === undefined
              ? createAlert(organization.id, fields)
              : changeAlert(alert, changedFields(fields, alert))
          }
          onCancel={onClose}
          onSaved={(one) => {
            onSaved(one);
            if (one.signing_secret === null) onClose();
            else setSaved(one);
          }}
        />
      )}
    </Dialog>
  );
}
