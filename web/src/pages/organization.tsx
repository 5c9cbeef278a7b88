import { PageTitle } from "../shell/page-title.tsx";
import { useOrganization } from "../shell/session.ts";
import { Card } from "../ui/card.tsx";
import { CopyButton } from "../ui/copy-button.tsx";
import { VisibleText } from "../ui/visible-text.tsx";
import { NoOrganization } from "./no-organization.tsx";
import { OrganizationCards } from "./organization-cards.tsx";
import { SettingsRow } from "./settings-row.tsx";

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
        <SettingsRow label="ID">
          <span className="flex items-center gap-1 font-mono font-normal">
            <span className="break-all">{organization.id}</span>
            <CopyButton value={organization.id} label="organization ID" />
          </span>
        </SettingsRow>
        <SettingsRow label="Your role">
          <span className="capitalize">{organization.role}</span>
        </SettingsRow>
      </Card>
      <OrganizationCards organization={organization} />
    </>
  );
}
