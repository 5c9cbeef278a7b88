import { Link } from "@tanstack/react-router";
import type { Organization } from "../api/session.ts";
import { NoOrganization } from "../pages/no-organization.tsx";
import { Breadcrumb } from "../shell/breadcrumb.tsx";
import { PageTitle } from "../shell/page-title.tsx";
import { useOrganization } from "../shell/session.ts";
import { useMedia } from "../ui/use-media.ts";
import { countText } from "./count-text.ts";
import { ExpansionProvider } from "./expansion.tsx";
import { ExportButton, ExportFailure } from "./export-button.tsx";
import { dayRange, isBackwards, toQuery } from "./filters.ts";
import { CompactFilters, FiltersCard } from "./filters-card.tsx";
import { IgnoredValues } from "./ignored-values.tsx";
import { Results } from "./results.tsx";
import { useEvents } from "./use-events.ts";
import { useExport } from "./use-export.ts";
import { useFilters } from "./use-filters.ts";

/** The table's columns need this much; below it events are cards. */
const WIDE = "(min-width: 68.75rem)";

export function AuditLogsPage() {
  const organization = useOrganization();
  return (
    <>
      <PageTitle>Audit Logs</PageTitle>
      {organization === undefined ? (
        <NoOrganization heading="h1" />
      ) : (
        <AuditLogs key={organization.id} organization={organization} />
      )}
    </>
  );
}

function AuditLogs({ organization }: { organization: Organization }) {
  const wide = useMedia(WIDE);
  const state = useFilters();
  const backwards = isBackwards(dayRange(state.filters, state.today));
  const query = backwards ? undefined : toQuery(state.filters, organization.id, state.today);
  const events = useEvents(query);
  const exporting = useExport();
  const { total } = events;
  const nothing = backwards || total?.value === 0 ? "Nothing to export: no logs match" : undefined;
  const exportButton = (
    <ExportButton exporting={exporting} query={query} reason={nothing} ready={total !== undefined && !backwards} />
  );
  return (
    <div className="flex flex-col gap-4">
      <header className="flex flex-wrap items-end justify-between gap-x-6 gap-y-3">
        <div className="min-w-0">
          <Breadcrumb>
            Settings
            <Link
              to="/settings/organization"
              className="-my-3 inline-flex items-center rounded-sm hover:text-foreground hover:underline max-lg:min-h-11"
            >
              Organization
            </Link>
            Audit Logs
          </Breadcrumb>
          <h1 className="mt-2 text-xl font-semibold tracking-[-0.02em]">Audit Logs</h1>
          <p className="text-sm text-pretty text-muted-foreground">
            Review system activity and changes for compliance and security monitoring.
          </p>
        </div>
        {wide && exportButton}
      </header>
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
        <Results state={state} events={events} organization={organization} backwards={backwards} wide={wide} />
      </ExpansionProvider>
    </div>
  );
}
