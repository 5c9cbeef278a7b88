import { useQuery } from "@tanstack/react-query";
import { type OrganizationDetails, organizationQuery } from "../api/organizations.ts";
import { CopiedRow, SettingsRow } from "../settings/settings-row.tsx";
import { OrganizationPageFrame } from "../shell/organization-page.tsx";
import { may } from "../shell/permissions.ts";
import { Resource } from "../shell/resource.tsx";
import type { CurrentOrganization } from "../shell/session.ts";
import { zoneLabel } from "../time/zones.ts";
import { Card } from "../ui/card.tsx";
import { VisibleText } from "../ui/visible-text.tsx";
import { When } from "../ui/when.tsx";
import { GeneralForm } from "./form.tsx";

export function GeneralPage() {
  return (
    <OrganizationPageFrame
      title="General"
      page="/settings/organization/general"
      what="the organization's settings"
      gerund="Seeing them"
    >
      {(organization) => <General organization={organization} />}
    </OrganizationPageFrame>
  );
}

function General({ organization }: { organization: CurrentOrganization }) {
  return (
    <Resource query={useQuery(organizationQuery(organization.id))} what="The settings" lines={4}>
      {(details) => (
        <>
          {may(organization, "organization.update") ? (
            <GeneralForm details={details} />
          ) : (
            <ReadOnlySettings details={details} />
          )}
          <AboutOrganization details={details} />
        </>
      )}
    </Resource>
  );
}

/** For who cannot change them. */
function ReadOnlySettings({ details }: { details: OrganizationDetails }) {
  return (
    <Card aria-label="Settings" className="divide-y divide-border">
      <SettingsRow label="Name">
        <VisibleText value={details.name} />
      </SettingsRow>
      <SettingsRow label="Time zone">
        {details.time_zone === null ? "UTC (none is set)" : zoneLabel(details.time_zone)}
      </SettingsRow>
      <SettingsRow label="Personal IDs">
        {details.personal_ids === "refuse" ? "Refused" : "Stored with a warning"}
      </SettingsRow>
      <SettingsRow label="Sensitive actions">
        <span className="font-mono text-xs">{details.sensitive_actions.join(", ")}</span>
      </SettingsRow>
      <p className="px-5 py-3 text-sm text-muted-foreground">An owner or admin can change these.</p>
    </Card>
  );
}

/** What nobody changes. */
function AboutOrganization({ details }: { details: OrganizationDetails }) {
  return (
    <Card aria-label="About the organization" className="divide-y divide-border">
      <CopiedRow label="ID" value={details.id} copy="organization ID" />
      <SettingsRow label="Created">
        <When instant={details.created_at} as="day" />
      </SettingsRow>
      <SettingsRow label="Data retention">
        {details.retention_days === null
          ? "Events are kept for ever; Daybook deletes nothing"
          : `Events are kept for ${details.retention_days} days`}
      </SettingsRow>
    </Card>
  );
}
