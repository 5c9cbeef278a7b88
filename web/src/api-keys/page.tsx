import { useQuery } from "@tanstack/react-query";
import { KeyRound } from "lucide-react";
import { useRef, useState } from "react";
import { type Key, keysQuery } from "../api/keys.ts";
import { CountedSection } from "../shell/counted-section.tsx";
import { OrganizationPageFrame } from "../shell/organization-page.tsx";
import { may } from "../shell/permissions.ts";
import { ResourceList } from "../shell/resource-list.tsx";
import type { CurrentOrganization } from "../shell/session.ts";
import { Notice } from "../ui/notice.tsx";
import { Outcome } from "../ui/outcome.tsx";
import { keyColumns } from "./columns.tsx";
import { CreateKeyDialog } from "./create-dialog.tsx";
import { RevokeKey } from "./revoke-key.tsx";

export function ApiKeysPage() {
  return (
    <OrganizationPageFrame
      title="API Keys"
      intro="Your applications use these keys to send and read events."
      page="/settings/organization/api-keys"
      what="API keys"
      gerund="Seeing API keys"
    >
      {(organization) => <ApiKeys organization={organization} />}
    </OrganizationPageFrame>
  );
}

function ApiKeys({ organization }: { organization: CurrentOrganization }) {
  const keys = useQuery(keysQuery(organization.id));
  const [done, setDone] = useState<string>();
  const [revoking, setRevoking] = useState<Key>();
  const outcome = useRef<HTMLDivElement>(null);
  const manages = may(organization, "api_key.manage");
  return (
    <>
      <Outcome ref={outcome}>{done}</Outcome>
      <CountedSection
        many="keys"
        one="key"
        count={keys.data?.length}
        add={manages && <CreateKeyDialog organization={organization} onCreated={() => setDone(undefined)} />}
      >
        <ResourceList
          query={keys}
          label="API keys"
          columns={keyColumns(manages ? setRevoking : undefined)}
          rowKey={({ id }) => id}
          empty={
            <Notice icon={KeyRound} title="No API keys yet">
              <p className="mt-2 text-pretty text-muted-foreground">
                {manages
                  ? "Create one to let an application send its events here."
                  : "An owner or admin can create one, to let an application send its events here."}
              </p>
            </Notice>
          }
        />
      </CountedSection>
      {revoking && (
        <RevokeKey
          organization={organization}
          apiKey={revoking}
          onClose={() => setRevoking(undefined)}
          onDone={setDone}
          outcome={outcome}
        />
      )}
    </>
  );
}
