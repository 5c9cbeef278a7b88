import { memo, Suspense, useLayoutEffect, useMemo, useRef } from "react";
import type { LoggedEvent } from "../../api/events.ts";
import { VerifyEvent } from "../../integrity/verify-event.tsx";
import { lazyPart } from "../../shell/lazy-part.tsx";
import { relativeTime } from "../../time/relative.ts";
import { MarkedText } from "../../ui/marked-text.tsx";
import { ScrollText } from "../../ui/scroll-text.tsx";
import { VisibleText } from "../../ui/visible-text.tsx";
import { useAddressFacts } from "../addresses/use-address-facts.ts";
import { whoFacts } from "../event/acting.ts";
import { type Fact, furtherFacts, optionalFacts } from "../event/facts.ts";
import { useLogAccess } from "../log-access.ts";
import { Absent } from "../table/cells.tsx";
import { columnFacts } from "../table/columns.tsx";
import { eventKey, useAllExpansion } from "../table/expansion-context.ts";
import { useZone } from "../time/zone-context.ts";
import { changesOf } from "./changes.ts";
import { ChangesTable } from "./changes-table.tsx";
import { CopyValue } from "./copy-value.tsx";
import { FactFilters } from "./fact-filters.tsx";
import { IntegrityLine } from "./integrity-line.tsx";
import { Metadata } from "./metadata.tsx";
import { Related } from "./related.tsx";

/** Country and network, where a database of the operator's knows them. */
function AddressLine({ ip }: { ip: string }) {
  const text = useAddressFacts([ip]).get(ip);
  if (text === undefined) return null;
  return (
    <span data-slot="address-facts" className="block min-h-4 text-xs text-muted-foreground">
      <VisibleText value={text} />
    </span>
  );
}

const UserAgentName = lazyPart(() => import("../event/user-agent-name.tsx"));

/** A description of at most so many characters is in full in its cell. */
const CELL_HOLDS = 56;
const HEADING = "mb-2 text-xs font-medium text-muted-foreground";

function FactLine({ label, value, id = false, copy, filter, filterFor }: Fact) {
  const absent = value === undefined || value === "";
  return (
    <div className="min-w-0">
      <dt className="text-xs text-muted-foreground">{label}</dt>
      <dd className="text-sm tabular-nums">
        {absent ? (
          <Absent />
        ) : (
          <span className="flex min-h-6 items-center gap-1">
            <ScrollText length={value.length} className={id ? "font-mono text-xs tracking-[-0.02em]" : ""}>
              <MarkedText value={value} />
            </ScrollText>
            {copy !== false && <CopyValue value={copy ?? value} label={label} />}
            {filter && <FactFilters name={filter} value={filterFor ?? value} label={label} />}
          </span>
        )}
        {filter === "ip" && !absent && <AddressLine ip={value} />}
        {label === "User Agent" && !absent && (
          <span className="block min-h-4 text-xs text-muted-foreground">
            <Suspense>
              <UserAgentName userAgent={value} />
            </Suspense>
          </span>
        )}
      </dd>
    </div>
  );
}

/** The time to the millisecond in the page's zone, and how long ago that is. */
function useTimeFact({ timestamp }: LoggedEvent): Fact {
  const { formatExact } = useZone();
  return {
    label: "Timestamp",
    value: `${formatExact(timestamp)}, ${relativeTime(timestamp)}`,
    copy: timestamp,
  };
}

/** What stays over the rows: the heading of a table, and over cards the bar of the page. */
const HEADING_PX = 32;
const BAR_PX = 56;

/** Scrolls by as little as shows what was just opened; its row stays in view. */
function reveal(detail: HTMLElement): void {
  const row = detail.closest<HTMLElement>("[data-index]");
  if (row === null) return;
  const { top, bottom } = row.getBoundingClientRect();
  const covered = row instanceof HTMLTableSectionElement ? HEADING_PX : BAR_PX;
  const hidden = Math.min(bottom - window.innerHeight, top - covered);
  if (hidden > 0) window.scrollBy({ top: hidden });
}

interface LogDetailProps {
  readonly event: LoggedEvent;
  /** The whole description is beside it already. */
  readonly described?: boolean;
}

/** Everything that was recorded of one event, the six required facts first and always there. */
const LogDetail = memo(function LogDetail({ event, described = false }: LogDetailProps) {
  // A viewer's token can show some of the events, and proofs speak of all.
  const { request, permalinks } = useLogAccess();
  const detail = useRef<HTMLDivElement>(null);
  const expansion = useAllExpansion();
  useLayoutEffect(() => {
    if (detail.current && expansion.takeOpened(eventKey(event))) reveal(detail.current);
  }, [expansion, event]);
  const changes = useMemo(() => changesOf(event), [event]);
  const time = useTimeFact(event);
  // What one asks of an event first: whether it worked, when it was, who it was, and from where.
  const facts: Fact[] = [
    { label: "Outcome", value: event.outcome, copy: false, filter: "outcome" },
    time,
    ...whoFacts(event.actor),
    ...columnFacts(event),
    ...furtherFacts(event),
    ...optionalFacts(event),
  ];
  return (
    <div ref={detail} data-slot="log-detail" className="flex flex-col gap-5 text-sm">
      {!described && event.description && event.description.length > CELL_HOLDS && (
        <p
          tabIndex={event.description.length > 400 ? 0 : undefined}
          className="max-h-32 max-w-4xl overflow-y-auto [overflow-wrap:anywhere]"
        >
          <MarkedText value={event.description} />
        </p>
      )}
      {changes.length > 0 && (
        <section aria-label="Changes">
          <h3 className={HEADING}>Changes</h3>
          <ChangesTable changes={changes} />
        </section>
      )}
      <div className="grid gap-x-8 gap-y-5 xl:grid-cols-[minmax(0,5fr)_minmax(0,3fr)]">
        <dl className="grid content-start gap-x-8 gap-y-3 sm:grid-cols-2">
          {facts.map((fact) => (
            <FactLine key={fact.label} {...fact} />
          ))}
        </dl>
        <Metadata event={event} />
      </div>
      <div className="flex flex-col gap-1.5 border-t border-border pt-3">
        <Related event={event} />
        <IntegrityLine event={event}>{permalinks && <VerifyEvent event={event} request={request} />}</IntegrityLine>
      </div>
    </div>
  );
});

export default LogDetail;
