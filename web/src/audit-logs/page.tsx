import { type ReactNode, useMemo } from "react";
import { request } from "../api/request.ts";
import { NoOrganization } from "../pages/no-organization.tsx";
import { NoPermission } from "../shell/no-permission.tsx";
import { OrganizationBreadcrumb, PageHeader } from "../shell/page-header.tsx";
import { PageTitle } from "../shell/page-title.tsx";
import { may } from "../shell/permissions.ts";
import { type CurrentOrganization, useOrganization, useSessionOver } from "../shell/session.ts";
import { Card } from "../ui/card.tsx";
import { useMedia } from "../ui/use-media.ts";
import { LogAccessProvider, useLogAccess } from "./access.ts";
import { countText } from "./count-text.ts";
import { ExpansionProvider } from "./expansion.tsx";
import { ExportButton, ExportFailure } from "./export-button.tsx";
import { dayRange, isBackwards, toQuery } from "./filters.ts";
import { CompactFilters, FiltersCard } from "./filters-card.tsx";
import { IgnoredValues } from "./ignored-values.tsx";
import { Results } from "./results.tsx";
import { READING } from "./states.tsx";
import { useEvents } from "./use-events.ts";
import { useExport } from "./use-export.ts";
import { useFilters } from "./use-filters.ts";
import { defaultZone, ZoneProvider } from "./zone.tsx";

/** The table's columns need this much; below it events are cards. */
const WIDE = "(min-width: 68.75rem)";
const INTRO = "Review system activity and changes for compliance and security monitoring.";

/** The page in the console, for who is signed in. */
export function AuditLogsPage() {
  const organization = useOrganization();
  return (
    <>
      <PageTitle>Audit Logs</PageTitle>
      {organization === undefined ? (
        <NoOrganization heading="h1" />
      ) : (
        <OfOrganization key={organization.id} organization={organization} />
      )}
    </>
  );
}

function OfOrganization({ organization }: { organization: CurrentOrganization }) {
  const onOver = useSessionOver();
  const access = useMemo(
    () => ({ organization, permissions: organization.permissions, request, key: "session", onOver }),
    [organization, onOver],
  );
  const breadcrumb = <OrganizationBreadcrumb page="Audit Logs" />;
  if (!may(access, "audit_log.read")) {
    return (
      <div className="flex flex-col gap-4">
        <PageHeader breadcrumb={breadcrumb} title="Audit Logs" intro={INTRO} />
        <Card className="max-lg:-mx-4 max-lg:rounded-none max-lg:border-x-0">
          <NoPermission organization={organization} {...READING} />
        </Card>
      </div>
    );
  }
  return (
    <LogAccessProvider value={access}>
      <AuditLogs intro={INTRO} breadcrumb={breadcrumb} />
    </LogAccessProvider>
  );
}

interface AuditLogsProps {
  readonly intro: ReactNode;
  readonly breadcrumb?: ReactNode;
  /** What holds for all that is shown. */
  readonly notice?: ReactNode;
}

/** The page itself, wherever it stands. */
export function AuditLogs({ intro, breadcrumb, notice }: AuditLogsProps) {
  const access = useLogAccess();
  const wide = useMedia(WIDE);
  const organizationZone = defaultZone(access.organization);
  const state = useFilters(organizationZone);
  const backwards = isBackwards(dayRange(state.filters, state.today));
  const query = backwards ? undefined : toQuery(state.filters, access.organization.id, state.today);
  const events = useEvents(query);
  const exporting = useExport();
  const { total } = events;
  const nothing = backwards || total?.value === 0 ? "Nothing to export: no logs match" : undefined;
  const exportButton = may(access, "audit_log.export") && (
    <ExportButton exporting={exporting} query={query} reason={nothing} ready={total !== undefined && !backwards} />
  );
  return (
    <ZoneProvider zone={state.zone} organizationZone={organizationZone} onChoose={state.setZone}>
      <div className="flex flex-col gap-4">
        <PageHeader breadcrumb={breadcrumb} title="Audit Logs" intro={intro} actions={wide && exportButton} />
        {notice}
        <ExportFailure
          state={exporting.state}
          onDismiss={exporting.dismiss}
          onRetry={() => query && void exporting.start(query)}
        />
        {wide ? (
          <FiltersCard state={state} query={query} />
        ) : (
          <CompactFilters
            state={state}
            query={query}
            summary={total ? `Show ${countText(total)}` : "Show events"}
            beside={exportButton}
          />
        )}
        <IgnoredValues state={state} />
        <ExpansionProvider>
          <Results state={state} events={events} backwards={backwards} wide={wide} />
        </ExpansionProvider>
      </div>
    </ZoneProvider>
  );
}
