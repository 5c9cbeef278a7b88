import { Link, useLocation } from "@tanstack/react-router";
import { useState } from "react";
import type { LoggedEvent } from "../api/events.ts";
import { CopyButton } from "../ui/copy-button.tsx";
import { VisibleText } from "../ui/visible-text.tsx";
import { useLogAccess } from "./access.ts";
import { eventKey } from "./expansion.tsx";
import type { Filters } from "./filters.ts";
import { useLogPage } from "./log-context.ts";
import { byUser, ofResource } from "./pivots.ts";
import { useZone } from "./zone.tsx";

/** So many are listed; who wants all of them narrows the rows down. */
const LISTED_MAX = 20;
const LINK = "inline-flex items-center text-link hover:underline max-lg:min-h-11";

type Kin = "request_id" | "session_id";
const KIN_NAMES: Record<Kin, string> = { request_id: "request", session_id: "session" };

/** The address that shows this event, whatever else is shown then. */
function usePermalink(event: LoggedEvent): string {
  const { pathname, search } = useLocation();
  const link = new URL(pathname, window.location.origin);
  const { org } = search as { org?: string };
  if (org !== undefined) link.searchParams.set("org", org);
  link.searchParams.set("event", event.id);
  return link.href;
}

function FilterLink({ filters, children }: { filters: Filters; children: string }) {
  return (
    <Link to="." search={(before: object) => ({ ...keptOf(before), ...filters }) as object} className={LINK}>
      {children}
    </Link>
  );
}

/** What is no filter stays in the address: the zone. */
function keptOf(search: { tz?: unknown }): object {
  return typeof search.tz === "string" ? { tz: search.tz } : {};
}

function KinList({ kin, events }: { kin: Kin; events: readonly LoggedEvent[] }) {
  const { format } = useZone();
  return (
    <ul aria-label={`Other events of this ${KIN_NAMES[kin]}`} className="flex w-full flex-col">
      {events.slice(0, LISTED_MAX).map((event) => (
        <li key={eventKey(event)} className="flex min-w-0 items-baseline gap-3">
          <Link
            to="."
            resetScroll={false}
            search={(before: object) => ({ ...before, event: event.id }) as object}
            className={`${LINK} shrink-0 tabular-nums`}
          >
            {format(event.timestamp)}
          </Link>
          <span className="shrink-0 font-mono">{event.action}</span>
          <span className="min-w-0 truncate text-muted-foreground">
            <VisibleText value={(event.description ?? "").slice(0, 240)} />
          </span>
        </li>
      ))}
      {events.length > LISTED_MAX && (
        <li className="text-muted-foreground">and {events.length - LISTED_MAX} more among the loaded rows</li>
      )}
    </ul>
  );
}

/**
 * Events of the same request or session. The server has no filter for them, so they are looked for among the loaded rows, and that
 * is said.
 */
function KinOf({ event, kin }: { event: LoggedEvent; kin: Kin }) {
  const { rows } = useLogPage();
  const [open, setOpen] = useState(false);
  const id = event.context?.[kin];
  if (id === undefined) return null;
  const others = rows.filter((row) => row.context?.[kin] === id && eventKey(row) !== eventKey(event));
  const name = KIN_NAMES[kin];
  if (others.length === 0)
    return <span className="text-muted-foreground">No other of this {name} in the loaded rows</span>;
  return (
    <>
      <button type="button" aria-expanded={open} className={`${LINK} cursor-pointer`} onClick={() => setOpen(!open)}>
        {others.length} more of this {name} in the loaded rows
      </button>
      {open && <KinList kin={kin} events={others} />}
    </>
  );
}

/** Where one may go from an event: its own address, and others it hangs together with. */
export function Related({ event }: { event: LoggedEvent }) {
  const { state } = useLogPage();
  const { permalinks = false } = useLogAccess();
  const user = byUser(event, state.filters);
  const resource = ofResource(event, state.filters);
  return (
    <div className="flex flex-wrap items-center gap-x-5 gap-y-1 text-xs">
      {permalinks && <Permalink event={event} />}
      {user && <FilterLink filters={user}>All by this user</FilterLink>}
      {resource && <FilterLink filters={resource}>This resource’s history</FilterLink>}
      <KinOf event={event} kin="request_id" />
      <KinOf event={event} kin="session_id" />
    </div>
  );
}

function Permalink({ event }: { event: LoggedEvent }) {
  const href = usePermalink(event);
  return (
    <span className="inline-flex items-center gap-1">
      <a href={href} className={LINK}>
        Permalink
      </a>
      <CopyButton value={href} label="permalink" />
    </span>
  );
}
