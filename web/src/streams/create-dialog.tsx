import { Plus } from "lucide-react";
import { useState } from "react";
import type { CreatedStream } from "../api/streams.ts";
import type { CurrentOrganization } from "../shell/session.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { CreateStreamForm } from "./create-form.tsx";
import { SigningSecret } from "./signing-secret.tsx";

interface CreateStreamDialogProps {
  readonly organization: CurrentOrganization;
  readonly onCreated: (stream: CreatedStream) => void;
}

export function CreateStreamDialog({ organization, onCreated }: CreateStreamDialogProps) {
  const [open, setOpen] = useState(false);
  const [created, setCreated] = useState<CreatedStream>();
  const change = (next: boolean) => {
    setOpen(next);
    if (next) setCreated(undefined);
  };
  const secret = created?.signing_secret ?? undefined;
  return (
    <Dialog
      open={open}
      onOpenChange={change}
      dismissible={secret === undefined}
      title={secret === undefined ? "Create stream" : "Stream created"}
      description={secret === undefined ? undefined : "Copy the secret now: it is shown only this once."}
      trigger={
        <Button>
          <Plus aria-hidden /> Create stream
        </Button>
      }
    >
      {created !== undefined && secret !== undefined ? (
        <SigningSecret secret={secret} publicKey={created.public_keys[0]} onClose={() => setOpen(false)} />
      ) : (
        <CreateStreamForm
          organization={organization}
          onCancel={() => setOpen(false)}
          onCreated={(stream) => {
            if (stream.signing_secret === null) setOpen(false);
            else setCreated(stream);
            onCreated(stream);
          }}
        />
      )}
    </Dialog>
  );
}
