import { useState } from "react";
import type { CreatedAlert, ReadyAlert } from "../api/alerts.ts";
import type { CurrentOrganization } from "../shell/session.ts";
import { SigningSecret } from "../streams/signing-secret.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { CreateAlertForm } from "./create-form.tsx";

interface CreateAlertDialogProps {
  readonly organization: CurrentOrganization;
  readonly ready: ReadyAlert | undefined;
  readonly onClose: () => void;
  readonly onCreated: (alert: CreatedAlert) => void;
}

export function CreateAlertDialog({ organization, ready, onClose, onCreated }: CreateAlertDialogProps) {
  const [created, setCreated] = useState<CreatedAlert>();
  const secret = created?.signing_secret ?? undefined;
  return (
    <Dialog
      open
      onOpenChange={onClose}
      dismissible={secret === undefined}
      title={secret === undefined ? "Create alert" : "Alert created"}
      description={secret === undefined ? ready?.description : "Copy the secret now: it is shown only this once."}
    >
      {created !== undefined && secret !== undefined ? (
        <SigningSecret secret={secret} publicKey={created.public_keys[0]} onClose={onClose} />
      ) : (
        <CreateAlertForm
          organization={organization}
          ready={ready}
          onCancel={onClose}
          onCreated={(alert) => {
            onCreated(alert);
            if (alert.signing_secret === null) onClose();
            else setCreated(alert);
          }}
        />
      )}
    </Dialog>
  );
}
