import NoOrganization from "../shell/no-organization.tsx";
import { PageTitle } from "../shell/page-title.tsx";
import { useOrganization } from "../shell/session.ts";
import { Card } from "../ui/card.tsx";
import { VisibleText } from "../ui/visible-text.tsx";
import { OrganizationCards } from "./organization-cards.tsx";
import { CopiedRow, SettingsRow } from "./settings-row.tsx";

export function OrganizationTab() {
  const organization = useOrganization();
  if (organization === undefined) return <NoOrganization />;
  return (
    <>
      <PageTitle>Organization</PageTitle>
      <Card aria-label="Organization" className="divide-y divide-border">
        <SettingsRow label="Name">
          <VisibleText value={organization.name} />
        </SettingsRow>
        <CopiedRow label="ID" value={organization.id} copy="organization ID" />
        <SettingsRow label="Your role">
          <span className="inline-block first-letter:uppercase">{organization.role}</span>
        </SettingsRow>
      </Card>
      <OrganizationCards organization={organization} />
    </>
  );
}
