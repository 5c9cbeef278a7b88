import { type Member, membersQuery, removeMember } from "../api/members.ts";
import { DeletionDialog, type DeletionParts } from "../shell/deletion.tsx";
import type { CurrentOrganization } from "../shell/session.ts";
import { visibleText } from "../text/visible.ts";
import { VisibleText } from "../ui/visible-text.tsx";

interface RemoveMemberProps extends DeletionParts {
  readonly organization: CurrentOrganization;
  readonly member: Member;
}

export function RemoveMember({ organization, member, ...parts }: RemoveMemberProps) {
  const name = visibleText(member.name);
  return (
    <DeletionDialog
      {...parts}
      title={`Remove ${name}?`}
      action="Remove"
      end={() => removeMember(organization.id, member.user_id)}
      list={membersQuery(organization.id).queryKey}
      done={`${name} is no longer a member.`}
    >
      <VisibleText value={member.name} /> (<VisibleText value={member.email} />) loses access to{" "}
      <VisibleText value={organization.name} /> with the next request, and live views close. What they did stays in the
      audit logs. API keys that they created still work until you revoke them.
    </DeletionDialog>
  );
}
