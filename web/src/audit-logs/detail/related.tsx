import { Link, useLocation } from "@tanstack/react-router";
import type { LoggedEvent } from "../../api/events.ts";
import { resourceOf, type Subject, userOf } from "../about/subject.ts";
import { eventText } from "../event/event-text.ts";
import type { Filters } from "../filters/filters.ts";
import { useLogAccess } from "../log-access.ts";
import { useLogPage } from "../log-context.ts";
import { byUser, ofContext, ofResource } from "../table/cell-tools/pivots.ts";
import { CopyValue } from "./copy-value.tsx";

const LINK = "inline-flex items-center text-link hover:underline max-lg:min-h-11";

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

/** Everything else stays in the address: the zone and the order. */
function keptOf({ tz, order }: { tz?: unknown; order?: unknown }): object {
  return { ...(typeof tz === "string" && { tz }), ...(typeof order === "string" && { order }) };
}

/** Where one can go from an event: its own address, and others it hangs together with. */
export function Related({ event }: { event: LoggedEvent }) {
  const { state } = useLogPage();
  const { permalinks = false } = useLogAccess();
  const user = byUser(event, state.filters);
  const resource = ofResource(event, state.filters);
  const request = ofContext(event, "request_id", state.filters);
  const session = ofContext(event, "session_id", state.filters);
  return (
    <div className="flex flex-wrap items-center gap-x-5 gap-y-1 text-xs">
      {permalinks && <Permalink event={event} />}
      <span className="inline-flex items-center gap-1 text-muted-foreground">
        Copy as JSON
        <CopyValue value={eventText(event)} label="event as JSON" />
      </span>
      <AboutButton subject={userOf(event)}>About this user</AboutButton>
      <AboutButton subject={resourceOf(event)}>About this resource</AboutButton>
      {user && <FilterLink filters={user}>All by this user</FilterLink>}
      {resource && <FilterLink filters={resource}>This resource’s history</FilterLink>}
      {request && <FilterLink filters={request}>Events of this request</FilterLink>}
      {session && <FilterLink filters={session}>Events of this session</FilterLink>}
    </div>
  );
}

/** Opens the side panel. */
function AboutButton({ subject, children }: { subject: Subject | undefined; children: string }) {
  const { openAbout } = useLogPage();
  if (subject === undefined) return null;
  return (
    <button
      type="button"
      className={`cursor-pointer ${LINK}`}
      onClick={({ currentTarget }) => openAbout(subject, currentTarget)}
    >
      {children}
    </button>
  );
}

function Permalink({ event }: { event: LoggedEvent }) {
  const href = usePermalink(event);
  return (
    <span className="inline-flex items-center gap-1">
      <a href={href} className={LINK}>
        Permalink
      </a>
      <CopyValue value={href} label="permalink" />
    </span>
  );
}
