import { Link } from "@tanstack/react-router";
import { ChevronRight, ScrollText } from "lucide-react";
import { PageTitle } from "../shell/page-title.tsx";
import { useOrganization } from "../shell/session.ts";
import { Card } from "../ui/card.tsx";
import { CopyButton } from "../ui/copy-button.tsx";
import { NoOrganization } from "./no-organization.tsx";
import { SettingsRow } from "./settings-row.tsx";

export function OrganizationTab() {
  const organization = useOrganization();
  if (organization === undefined) return <NoOrganization />;
  return (
    <>
      <PageTitle>Organization</PageTitle>
      <Card aria-label="Organization" className="divide-y divide-border">
        <SettingsRow label="Name">{organization.name}</SettingsRow>
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
      <div className="grid gap-4 sm:grid-cols-2">
        <Card className="group relative flex gap-3.5 p-5 transition-colors hover:border-muted-foreground/50 has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-ring">
          <span className="flex size-9 shrink-0 items-center justify-center rounded-lg border border-border bg-muted">
            <ScrollText aria-hidden className="size-4.5" />
          </span>
          <div className="min-w-0 flex-1">
            <h2 className="text-base font-semibold">
              <Link
                to="/settings/organization/audit-logs"
                className="outline-none after:absolute after:inset-0 after:rounded-xl after:content-['']"
              >
                Audit Logs
              </Link>
            </h2>
            <p className="mt-0.5 text-sm text-pretty text-muted-foreground">
              Review system activity and changes for compliance and security monitoring.
            </p>
          </div>
          <ChevronRight
            aria-hidden
            className="size-4 self-center text-muted-foreground transition-transform group-hover:translate-x-0.5"
          />
        </Card>
      </div>
    </>
  );
}
