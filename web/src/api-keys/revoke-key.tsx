import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { RefObject } from "react";
import { type ApiKey, keysQuery, revokeKey } from "../api/keys.ts";
import { Problem } from "../api/problem.ts";
import { Refusal } from "../shell/failure.tsx";
import type { CurrentOrganization } from "../shell/session.ts";
import { visibleText } from "../text/visible.ts";
import { ConfirmDialog } from "../ui/confirm-dialog.tsx";

interface RevokeKeyProps {
  readonly organization: CurrentOrganization;
  readonly apiKey: ApiKey;
  readonly onClose: () => void;
  readonly onDone: (what: string) => void;
  readonly outcome: RefObject<HTMLDivElement | null>;
}

export function RevokeKey({ organization, apiKey, onClose, onDone, outcome }: RevokeKeyProps) {
  const queries = useQueryClient();
  const name = visibleText(apiKey.name);
  const { mutate, error, isPending } = useMutation<void, Error, void>({
    mutationFn: async () => {
      try {
        await revokeKey(apiKey.id);
      } catch (failure) {
        // Revoked in another tab meanwhile: what was wanted is so.
        if (!(failure instanceof Problem && failure.code === "not_found")) throw failure;
      }
      await queries.invalidateQueries({ queryKey: keysQuery(organization.id).queryKey });
    },
    onSuccess: () => {
      onDone(`The key ${name} is revoked.`);
      onClose();
      outcome.current?.focus();
    },
  });
  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      title={`Revoke ${name}?`}
      action="Revoke"
      pending={isPending}
      refusal={<Refusal error={error} />}
      onConfirm={() => mutate()}
    >
      Whatever uses the key <span className="font-mono text-xs text-foreground">{apiKey.prefix}…</span> is refused from
      now on, and it cannot be brought back. Events it sent stay.
    </ConfirmDialog>
  );
}
