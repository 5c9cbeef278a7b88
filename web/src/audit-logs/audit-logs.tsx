import { type ReactNode, Suspense, useCallback } from "react";
import { lazyPart } from "../shell/lazy-part.tsx";
import { PageHeader, PageHeaderLine } from "../shell/page-header.tsx";
import { countText } from "../text/count-text.ts";
import { useMedia } from "../ui/use-media.ts";
import { CompactFilters, FiltersCard } from "./filters/card/filters-card.tsx";
import { FilterEditingProvider } from "./filters/editing.tsx";
import { toQuery } from "./filters/filters.ts";
import { useFilters } from "./filters/use-filters.ts";
import { HistogramFrame } from "./histogram/frame.tsx";
import { liveHindrance, liveQuery } from "./live/live-query.ts";
import { LiveToggle } from "./live/live-toggle.tsx";
import { useLive } from "./live/use-live.ts";
import { useLogAccess } from "./log-access.ts";
import { LogPart } from "./log-part.tsx";
import { Export, ExportBanner, PageOverlays } from "./page-header-parts.tsx";
import { Slot, WithFeatures } from "./slot.tsx";
import type { Slots } from "./slots.ts";
import { usePreloadedRows } from "./table/preloaded-rows.ts";
import { isBackwards, resolveRange } from "./time/range.ts";
import { ZoneProvider } from "./time/zone.tsx";
import { defaultZone } from "./time/zone-context.ts";
import { useEvents } from "./use-events.ts";
import { type PageTools, usePageTools } from "./use-page-tools.ts";

/** From here on filters and actions have a row of their own; below they are behind buttons large enough for a finger. */
const WIDE = "(min-width: 64rem)";
const IgnoredValues = lazyPart(() => import("./filters/ignored-values.tsx"));

interface AuditLogsProps {
  readonly intro: ReactNode;
  readonly breadcrumb?: ReactNode;
  /** What holds for all that is shown. */
  readonly notice?: ReactNode;
  /** Goes to another organization; absent where there is but one. */
  readonly onTenant?: ((id: string) => void) | undefined;
  readonly slots: Slots;
}

/** The page itself, wherever it is. */
export function AuditLogs({ slots, ...props }: AuditLogsProps) {
  return (
    <WithFeatures slots={slots}>
      <Logs {...props} />
    </WithFeatures>
  );
}

interface NarrowTopProps {
  readonly tools: PageTools;
  readonly onTenant: AuditLogsProps["onTenant"];
  readonly beside: ReactNode;
  readonly menu: ReactNode;
}

/** Filters and actions where there is no room for a row of them. */
function NarrowTop({ tools: { state, query, matching }, onTenant, beside, menu }: NarrowTopProps) {
  return (
    <>
      <CompactFilters
        state={state}
        query={query}
        onTenant={onTenant}
        summary={matching ? `Show ${countText(matching)}` : "Show events"}
        beside={beside}
      />
      <div className="-mt-1 flex flex-wrap gap-2 *:flex-auto *:px-2.5 min-[22rem]:flex-nowrap">{menu}</div>
    </>
  );
}

function Logs({ intro, breadcrumb, notice, onTenant }: Omit<AuditLogsProps, "slots">) {
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
  const slot = { tools, events, wide };
  const Header = wide ? PageHeaderLine : PageHeader;
  const exportButton = <Export tools={tools} backwards={backwards} />;
  const actions = (
    <div className="ml-auto flex shrink-0 items-center gap-2 lg:[&_button]:h-8">
      <LiveToggle live={live} />
      <Slot place="Menu" {...slot} />
      {exportButton}
    </div>
  );
  return (
    <ZoneProvider zone={clock.zone} organizationZone={organizationZone} onChoose={state.setZone}>
      <FilterEditingProvider>
        <div className="@container flex flex-col gap-4 lg:gap-2">
          <Header breadcrumb={breadcrumb} title="Audit Logs" intro={intro} actions={wide && actions} />
          {notice}
          <ExportBanner tools={tools} />
          <Slot place="Banner" {...slot} />
          <Slot place="Row" {...slot} />
          {wide ? (
            <>
              <FiltersCard state={state} query={query} onTenant={onTenant} />
              <HistogramFrame state={state} query={query} asOf={events.position} arrived={live.arrived} />
            </>
          ) : (
            <NarrowTop tools={tools} onTenant={onTenant} beside={exportButton} menu={<Slot place="Menu" {...slot} />} />
          )}
          <Suspense>{state.ignored.length > 0 && <IgnoredValues state={state} />}</Suspense>
          <Slot place="Panel" {...slot} />
          <LogPart tools={tools} events={{ ...events, refresh }} live={live} backwards={backwards} wide={wide} />
          <Slot place="Overlay" {...slot} />
          <PageOverlays tools={tools} />
        </div>
      </FilterEditingProvider>
    </ZoneProvider>
  );
}
