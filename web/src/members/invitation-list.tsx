import type { UseQueryResult } from "@tanstack/react-query";
import { MailPlus } from "lucide-react";
import { useState } from "react";
import { type Invitation, invitationsQuery, withdrawInvitation } from "../api/members.ts";
import { DeletionDialog, type DeletionParts } from "../shell/deletion.tsx";
import { ResourceList } from "../shell/resource-list.tsx";
import { mayManage } from "../shell/role-choices.ts";
import type { CurrentOrganization } from "../shell/session.ts";
import { visibleText } from "../text/visible.ts";
import { Badge } from "../ui/badge.tsx";
import { Button } from "../ui/button.tsx";
import type { ListColumn } from "../ui/list.tsx";
import { Notice } from "../ui/notice.tsx";
import { VisibleText } from "../ui/visible-text.tsx";
import { When } from "../ui/when.tsx";
import { roleName } from "./role-name.ts";

interface InvitationListProps extends Pick<DeletionParts, "onDone" | "outcome"> {
  readonly organization: CurrentOrganization;
  readonly query: UseQueryResult<readonly Invitation[]>;
}

export function InvitationList({ organization, query, onDone, outcome }: InvitationListProps) {
  const [withdrawing, setWithdrawing] = useState<Invitation>();
  return (
    <>
      <ResourceList
        query={query}
        label="Pending invitations"
        columns={invitationColumns(organization, setWithdrawing)}
        rowKey={({ id }) => id}
        empty={
          <Notice icon={MailPlus} title="No pending invitations" className="py-10 max-lg:py-8">
            <p className="mt-2 text-muted-foreground">Pending invitations appear here.</p>
          </Notice>
        }
      />
      {withdrawing && (
        <Withdraw
          organization={organization}
          invitation={withdrawing}
          onClose={() => setWithdrawing(undefined)}
          onDone={onDone}
          outcome={outcome}
        />
      )}
    </>
  );
}

interface WithdrawProps extends DeletionParts {
  readonly organization: CurrentOrganization;
  readonly invitation: Invitation;
}

function Withdraw({ organization, invitation, ...parts }: WithdrawProps) {
  return (
    <DeletionDialog
      {...parts}
      title="Withdraw the invitation?"
      action="Withdraw"
      end={() => withdrawInvitation(organization.id, invitation.id)}
      list={invitationsQuery(organization.id).queryKey}
      done={`The invitation of ${visibleText(invitation.email)} was withdrawn.`}
    >
      The link of <VisibleText value={invitation.email} /> stops working at once. You can invite them again.
    </DeletionDialog>
  );
}

function invitationColumns(
  organization: CurrentOrganization,
  onWithdraw: (invitation: Invitation) => void,
): ListColumn<Invitation>[] {
  return [
    {
      id: "email",
      label: "E-mail",
      card: "title",
      cell: ({ email }) => (
        <span className="block truncate font-medium" title={visibleText(email)}>
          <VisibleText value={email} />
        </span>
      ),
    },
    {
      id: "role",
      label: "Role",
      width: "7.5rem",
      card: "line",
      cell: ({ role }) => <Badge variant="secondary">{roleName(role)}</Badge>,
    },
    {
      id: "inviter",
      label: "Invited by",
      width: "12rem",
      card: "line",
      cell: ({ invited_by }) => (
        <span className="block truncate" title={visibleText(invited_by.name)}>
          <VisibleText value={invited_by.name} />
        </span>
      ),
    },
    {
      id: "expires",
      label: "Expires",
      width: "9rem",
      card: "line",
      cell: ({ expires_at }) => <When instant={expires_at} />,
    },
    {
      id: "actions",
      label: "Actions",
      width: "8rem",
      card: "foot",
      cell: (invitation) =>
        mayManage(organization, invitation.role) ? (
          <Button variant="outline" size="small" onClick={() => onWithdraw(invitation)}>
            Withdraw<span className="sr-only"> the invitation of {visibleText(invitation.email)}</span>
          </Button>
        ) : null,
    },
  ];
}
