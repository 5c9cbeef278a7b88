import { useState } from "react";
import { changedFields } from "../api/changed-fields.ts";
import type { CreatedStream, Stream } from "../api/streams.ts";
import { visibleText } from "../text/visible.ts";
import { Dialog } from "../ui/dialog.tsx";
import { type StreamsOrganization, useStreamCalls } from "./access.ts";
import { SigningSecret } from "./signing-secret.tsx";
import { StreamForm } from "./stream-form.tsx";

interface StreamDialogProps {
  readonly organization: StreamsOrganization;
  /** The stream to edit; by default a new one is created. */
  readonly stream: Stream | undefined;
  readonly onClose: () => void;
  readonly onSaved: (stream: Stream) => void;
}

/** Creates or edits a stream. A new webhook gets a secret, which is shown once. */
export function StreamDialog({ organization, stream, onClose, onSaved }: StreamDialogProps) {
  const calls = useStreamCalls();
  const [created, setCreated] = useState<CreatedStream>();
  const secret = created?.signing_secret ?? undefined;
  const finish = (saved: Stream) => {
    onSaved(saved);
    onClose();
  };
  const form = { organization, onCancel: onClose };
  return (
    <Dialog
      open
      onOpenChange={onClose}
      dismissible={secret === undefined}
      title={secret !== undefined ? "Stream created" : stream ? `Edit ${visibleText(stream.name)}` : "Create stream"}
      description={secret === undefined ? undefined : "Copy the secret now: it is shown only this once."}
    >
      {created !== undefined && secret !== undefined ? (
        <SigningSecret secret={secret} publicKey={created.public_keys[0]} onClose={onClose} />
      ) : stream === undefined ? (
        <StreamForm
          {...form}
          stream={undefined}
          action="Create stream"
          save={(fields) => calls.create(organization.id, fields)}
          onSaved={(one) => {
            if (one.signing_secret === null) return finish(one);
            onSaved(one);
            setCreated(one);
          }}
        />
      ) : (
        <StreamForm
          {...form}
          stream={stream}
          action="Save changes"
          save={({ type: _, start: __, ...change }) => calls.change(stream, changedFields(change, stream))}
          onSaved={finish}
        />
      )}
    </Dialog>
  );
}
