import { PLATFORM_ORGANIZATION } from "@daybook/sdk";
import { Plus } from "lucide-react";
import { useState } from "react";
import type { CreatedKey } from "../api/keys.ts";
import type { CurrentOrganization } from "../shell/session.ts";
import { Button } from "../ui/button.tsx";
import { CodeBlock } from "../ui/code-block.tsx";
import { Dialog, DialogActions } from "../ui/dialog.tsx";
import { OneTimeValue } from "../ui/one-time-value.tsx";
import { CreateKeyForm } from "./create-form.tsx";

interface CreateKeyDialogProps {
  readonly organization: CurrentOrganization;
  readonly onCreated: () => void;
}

export function CreateKeyDialog({ organization, onCreated }: CreateKeyDialogProps) {
  const [open, setOpen] = useState(false);
  const [created, setCreated] = useState<CreatedKey>();
  const change = (next: boolean) => {
    setOpen(next);
    if (next) setCreated(undefined);
  };
  return (
    <Dialog
      open={open}
      onOpenChange={change}
      dismissible={created === undefined}
      title={created ? "API key created" : "Create API key"}
      description={created && "Copy it now: it is shown only this once. Daybook stores only its hash."}
      trigger={
        <Button>
          <Plus aria-hidden /> Create API key
        </Button>
      }
    >
      {created ? (
        <NewKeyStep organization={organization} created={created} onClose={() => setOpen(false)} />
      ) : (
        <CreateKeyForm
          organization={organization}
          onCancel={() => setOpen(false)}
          onCreated={(key) => {
            setCreated(key);
            onCreated();
          }}
        />
      )}
    </Dialog>
  );
}

/** A call that works as it is once pasted: sending an event where the key can, else reading the newest. */
function curlFor(created: CreatedKey, organization: CurrentOrganization): string {
  const platform = organization.id === PLATFORM_ORGANIZATION;
  const authorization = `-H "Authorization: Bearer ${created.key}"`;
  if (created.scopes.includes("events:write")) {
    const event = {
      ...(platform && { tenant_id: PLATFORM_ORGANIZATION }),
      action: "auth.login",
      actor: { type: "user", id: "usr_1" },
      resource: { type: "user", id: "usr_1" },
    };
    return `curl ${window.location.origin}/v1/events \\
  ${authorization} \\
  -H "Content-Type: application/json" \\
  -d '${JSON.stringify(event, null, 2).replaceAll("\n", "\n  ")}'`;
  }
  const query = platform ? `?tenant_id=${PLATFORM_ORGANIZATION}` : "";
  if (created.scopes.includes("events:read")) {
    return `curl "${window.location.origin}/v1/events${query}" \\
  ${authorization}`;
  }
  return `curl "${window.location.origin}/v1/keys?organization=${organization.id}" \\
  ${authorization}`;
}

interface CreatedKeyProps {
  readonly organization: CurrentOrganization;
  readonly created: CreatedKey;
  readonly onClose: () => void;
}

function NewKeyStep({ organization, created, onClose }: CreatedKeyProps) {
  return (
    <>
      <OneTimeValue label="API key" value={created.key} copy="Copy key" />
      <CodeBlock label="Try it" code={curlFor(created, organization)} />
      <DialogActions>
        <Button onClick={onClose}>I have copied it</Button>
      </DialogActions>
    </>
  );
}
