import type { LoggedEvent } from "../../api/events.ts";
import { clip } from "../../text/truncate.ts";
import { Badge } from "../../ui/badge.tsx";
import { VisibleText } from "../../ui/visible-text.tsx";
import { badgeVariant } from "../event/badge-variant.ts";
import { OutcomeMark } from "../event/outcome.tsx";
import { EventLink, Time } from "./parts.tsx";

const EVENTS_SHOWN = 8;

/** The newest of these events, each a way to its details. */
export function LastEvents({ events, onGo }: { events: readonly LoggedEvent[]; onGo: () => void }) {
  return (
    <ol className="flex flex-col gap-1 text-xs">
      {events.slice(0, EVENTS_SHOWN).map((event) => (
        <li key={event.id} className="flex min-w-0 flex-wrap items-center gap-x-2">
          <EventLink id={event.id} onGo={onGo}>
            <Time at={event.timestamp} />
          </EventLink>
          <Badge variant={badgeVariant(event.action)} className="leading-4">
            <span className="truncate">{event.action}</span>
          </Badge>
          <OutcomeMark outcome={event.outcome} />
          <span className="w-full truncate text-muted-foreground max-lg:-mt-2.5">
            <VisibleText value={clip(event.description ?? "", 160)} />
          </span>
        </li>
      ))}
    </ol>
  );
}
