import { useNavigate } from "@tanstack/react-router";
import { type ReactNode, Suspense, useCallback, useMemo } from "react";
import { request } from "../api/request.ts";
import { FirstStepsPart } from "../onboarding/first-steps-part.tsx";
import { NoOrganization } from "../pages/no-organization.tsx";
import { lazyPart } from "../shell/lazy-part.tsx";
import { NoPermission } from "../shell/no-permission.tsx";
import { OrganizationBreadcrumb, PageHeader, PageHeaderLine } from "../shell/page-header.tsx";
import { PageTitle } from "../shell/page-title.tsx";
import { may } from "../shell/permissions.ts";
import { type CurrentOrganization, useOrganization, useSession, useSessionOver } from "../shell/session.ts";
import { useSwitchOrganization } from "../shell/switch-organization.ts";
import { countText } from "../text/count-text.ts";
import { Card } from "../ui/card.tsx";
import { useMedia } from "../ui/use-media.ts";
import { LogAccessProvider, useLogAccess } from "./access.ts";
import { CompactFilters, FiltersCard } from "./filters/card/filters-card.tsx";
import { FilterEditingProvider } from "./filters/editing.tsx";
import { toQuery } from "./filters/filters.ts";
import { useFilters } from "./filters/use-filters.ts";
import { HistogramFrame } from "./histogram/frame.tsx";
import { liveHindrance, liveQuery } from "./live/live-query.ts";
import { LiveToggle } from "./live/live-toggle.tsx";
import { useLive } from "./live/use-live.ts";
import { LogPart } from "./log-part.tsx";
import { Export, HeaderMenus, PageBanners, PageOverlays, StartHereRow, Story } from "./page-header-parts.tsx";
import { READING } from "./read-permission.ts";
import { usePreloadedRows } from "./table/preloaded-rows.ts";
import { isBackwards, resolveRange } from "./time/range.ts";
import { ZoneProvider } from "./time/zone.tsx";
import { defaultZone } from "./time/zone-context.ts";
import { useEvents } from "./use-events.ts";
import { usePageTools } from "./use-page-tools.ts";

/** From here on filters and actions have a row of their own; below they are behind buttons large enough for a finger. */
const WIDE = "(min-width: 64rem)";
const IgnoredValues = lazyPart(() => import("./filters/ignored-values.tsx"));
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
  const { user, organizations } = useSession();
  const switchTo = useSwitchOrganization();
  const access = useMemo(
    () => ({
      organization,
      permissions: organization.permissions,
      request,
      key: "session",
      permalinks: true,
      ...(!organization.visited && { member: user }),
      console: { organizations, switchTo },
      onOver,
    }),
    [organization, organizations, user, switchTo, onOver],
  );
  const navigate = useNavigate();
  const onTenant = useCallback(
    (org: string) => void navigate({ to: ".", search: (all) => ({ ...all, org }) }),
    [navigate],
  );
  const several = organizations.length > 1;
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
      <AuditLogs intro={INTRO} breadcrumb={breadcrumb} onTenant={several ? onTenant : undefined} />
    </LogAccessProvider>
  );
}

interface AuditLogsProps {
  readonly intro: ReactNode;
  readonly breadcrumb?: ReactNode;
  /** What holds for all that is shown. */
  readonly notice?: ReactNode;
  /** Goes to another organization; absent where there is but one. */
  readonly onTenant?: ((id: string) => void) | undefined;
}

/** The page itself, wherever it is. */
export function AuditLogs({ intro, breadcrumb, notice, onTenant }: AuditLogsProps) {
  const access = useLogAccess();
  const wide = useMedia(WIDE);
  usePreloadedRows(wide);
  const organizationZone = defaultZone(access.organization);
  const state = useFilters(organizationZone);
  const { filters, clock, renew } = state;
  const backwards = isBackwards(resolveRange(filters, clock), clock);
  const query = backwards ? undefined : toQuery(filters, access.organization.id, clock);
  const events = useEvents(query, state.order);
  const live = useLive({
    query: backwards ? undefined : liveQuery(filters, access.organization.id, clock),
    position: events.position,
    hindrance: liveHindrance(filters, clock, state.order),
  });
  const { refresh: askAgain } = events;
  const refresh = useCallback(() => {
    renew();
    askAgain();
  }, [renew, askAgain]);
  const tools = usePageTools({ state, query, events, live });
  const { matching } = tools;
  const Header = wide ? PageHeaderLine : PageHeader;
  const exportButton = <Export tools={tools} backwards={backwards} />;
  const actions = (
    <div className="ml-auto flex shrink-0 items-center gap-2 lg:[&_button]:h-8">
      <LiveToggle live={live} />
      <HeaderMenus tools={tools} wide />
      {exportButton}
    </div>
  );
  return (
    <ZoneProvider zone={clock.zone} organizationZone={organizationZone} onChoose={state.setZone}>
      <FilterEditingProvider>
        <div className="@container flex flex-col gap-4 lg:gap-2">
          <Header breadcrumb={breadcrumb} title="Audit Logs" intro={intro} actions={wide && actions} />
          {notice}
          <PageBanners tools={tools} />
          <StartHereRow tools={tools} wide={wide} />
          {wide ? (
            <>
              <FiltersCard state={state} query={query} onTenant={onTenant} />
              <HistogramFrame state={state} query={query} asOf={events.position} arrived={live.arrived} />
            </>
          ) : (
            <>
              <CompactFilters
                state={state}
                query={query}
                onTenant={onTenant}
                summary={matching ? `Show ${countText(matching)}` : "Show events"}
                beside={exportButton}
              />
              <div className="-mt-1 flex flex-wrap gap-2 *:flex-auto *:px-2.5 min-[22rem]:flex-nowrap">
                <HeaderMenus tools={tools} wide={false} />
              </div>
            </>
          )}
          <Suspense>{state.ignored.length > 0 && <IgnoredValues state={state} />}</Suspense>
          <Story tools={tools} events={events} />
          <FirstStepsPart events={events} filtered={state.active.length > 0} />
          <LogPart tools={tools} events={{ ...events, refresh }} live={live} backwards={backwards} wide={wide} />
          <PageOverlays tools={tools} />
        </div>
      </FilterEditingProvider>
    </ZoneProvider>
  );
}
