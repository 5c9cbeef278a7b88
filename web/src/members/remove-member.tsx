import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { RefObject } from "react";
import { type Member, membersQuery, removeMember } from "../api/members.ts";
import { Problem } from "../api/problem.ts";
import { Refusal } from "../shell/failure.tsx";
import type { CurrentOrganization } from "../shell/session.ts";
import { visibleText } from "../text/visible.ts";
import { ConfirmDialog } from "../ui/confirm-dialog.tsx";
import { VisibleText } from "../ui/visible-text.tsx";

interface RemoveMemberProps {
  readonly organization: CurrentOrganization;
  readonly member: Member;
  readonly onClose: () => void;
  readonly onDone: (what: string) => void;
  readonly outcome: RefObject<HTMLDivElement | null>;
}

export function RemoveMember({ organization, member, onClose, onDone, outcome }: RemoveMemberProps) {
  const queries = useQueryClient();
  const name = visibleText(member.name);
  const { mutate, error, isPending } = useMutation<void, Error, void>({
    mutationFn: async () => {
      try {
        await removeMember(organization.id, member.user_id);
      } catch (failure) {
        // Removed by somebody else meanwhile: what was wanted is so.
        if (!(failure instanceof Problem && failure.code === "not_found")) throw failure;
      }
      await queries.invalidateQueries({ queryKey: membersQuery(organization.id).queryKey });
    },
    onSuccess: () => {
      onDone(`${name} is no longer a member.`);
      onClose();
      outcome.current?.focus();
    },
  });
  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      title={`Remove ${name}?`}
      action="Remove"
      pending={isPending}
      refusal={<Refusal error={error} />}
      onConfirm={() => mutate()}
    >
      <VisibleText value={member.name} /> (<VisibleText value={member.email} />) loses access to{" "}
      <VisibleText value={organization.name} /> with the next request, and live views close. What they did stays in the
      audit logs. API keys they made go on working until they are revoked.
    </ConfirmDialog>
  );
}
