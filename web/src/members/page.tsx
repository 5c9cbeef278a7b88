import { useQuery } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { invitationsQuery, membersQuery } from "../api/members.ts";
import { CountedSection } from "../shell/counted-section.tsx";
import { OrganizationPageFrame } from "../shell/organization-page.tsx";
import { may } from "../shell/permissions.ts";
import type { CurrentOrganization } from "../shell/session.ts";
import { Outcome } from "../ui/outcome.tsx";
import { InvitationList } from "./invitation-list.tsx";
import { InviteDialog } from "./invite-dialog.tsx";
import { MemberList } from "./member-list.tsx";

export function MembersPage() {
  return (
    <OrganizationPageFrame title="Members" page="/settings/organization/members" what="members" gerund="Seeing members">
      {(organization) => <Members organization={organization} />}
    </OrganizationPageFrame>
  );
}

function Members({ organization }: { organization: CurrentOrganization }) {
  const members = useQuery(membersQuery(organization.id));
  const invitations = useQuery(invitationsQuery(organization.id));
  const [done, setDone] = useState<string>();
  const outcome = useRef<HTMLDivElement>(null);
  const manages = may(organization, "member.manage");
  return (
    <>
      <Outcome ref={outcome}>{done}</Outcome>
      <CountedSection
        many="members"
        one="member"
        count={members.data?.length}
        add={manages && <InviteDialog organization={organization} onInvited={() => setDone(undefined)} />}
      >
        <MemberList organization={organization} query={members} onDone={setDone} outcome={outcome} />
      </CountedSection>
      {(manages || (invitations.data?.length ?? 0) > 0 || invitations.error) && (
        <section aria-labelledby="invitations-title" className="flex flex-col gap-3">
          <h2 id="invitations-title" className="text-base font-semibold">
            Pending invitations
          </h2>
          <InvitationList organization={organization} query={invitations} onDone={setDone} outcome={outcome} />
        </section>
      )}
    </>
  );
}
