import { type Key, keysQuery, revokeKey } from "../api/keys.ts";
import { DeletionDialog, type DeletionParts } from "../shell/deletion.tsx";
import type { CurrentOrganization } from "../shell/session.ts";
import { visibleText } from "../text/visible.ts";

interface RevokeKeyProps extends DeletionParts {
  readonly organization: CurrentOrganization;
  readonly apiKey: Key;
}

export function RevokeKey({ organization, apiKey, ...parts }: RevokeKeyProps) {
  const name = visibleText(apiKey.name);
  return (
    <DeletionDialog
      {...parts}
      title={`Revoke ${name}?`}
      action="Revoke"
      end={() => revokeKey(apiKey.id)}
      list={keysQuery(organization.id).queryKey}
      done={`The key ${name} was revoked.`}
    >
      Daybook refuses the key <span className="font-mono text-xs text-foreground">{apiKey.prefix}…</span> from now on.
      You cannot undo this. Events that it sent stay.
    </DeletionDialog>
  );
}
