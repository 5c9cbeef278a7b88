import { CalendarX2, RotateCw } from "lucide-react";
import { NoPermission } from "../shell/no-permission.tsx";
import { Button } from "../ui/button.tsx";
import { Card } from "../ui/card.tsx";
import { cn } from "../ui/cn.ts";
import { Notice } from "../ui/notice.tsx";
import { useLogAccess } from "./access.ts";
import { countText } from "./count-text.ts";
import { LoadMore } from "./load-more.tsx";
import { LogList } from "./log-list.tsx";
import { LogSkeleton } from "./skeleton.tsx";
import { CatchingUp, Failure, FirstEvent, NoMatch, READING } from "./states.tsx";
import { type EventsState, useHasEvents } from "./use-events.ts";
import type { FilterState } from "./use-filters.ts";

interface ResultsProps {
  readonly state: FilterState;
  readonly events: EventsState;
  readonly backwards: boolean;
  readonly wide: boolean;
}

/** A thin bar over rows that are about to be replaced. */
function ProgressBar({ active }: { active: boolean }) {
  if (!active) return null;
  return (
    <div aria-hidden className="absolute inset-x-0 top-0 z-20 h-0.5 overflow-hidden bg-accent">
      <div className="h-full w-1/3 animate-sweep bg-ring" />
    </div>
  );
}

function ResultBar({ events, backwards }: { events: EventsState; backwards: boolean }) {
  const { total, stale, loading } = events;
  const known = total !== undefined && !stale && !backwards;
  return (
    <div className="flex h-7 items-center justify-between max-lg:h-11">
      <p role="status" aria-label="Number of events" className="text-sm font-medium tabular-nums">
        {known ? countText(total) : loading ? <span className="text-muted-foreground">Loading events</span> : ""}
      </p>
      <Button
        variant="ghost"
        size="small"
        className="-mr-2 max-lg:-mr-3"
        disabled={loading || backwards}
        onClick={events.refresh}
      >
        <RotateCw aria-hidden className="size-3.5!" /> Refresh
      </Button>
    </div>
  );
}

/** What stands in the place of rows when there are none. */
function WithoutRows({ state, events, backwards, wide }: ResultsProps) {
  const { organization } = useLogAccess();
  const { problem, waitingFor, total } = events;
  const none = total?.value === 0;
  const plain = state.active.length === 0;
  const hasEvents = useHasEvents(organization.id, none && plain);
  if (backwards) {
    return (
      <Notice icon={CalendarX2} title="The range ends before it starts">
        <p className="mt-2 text-muted-foreground">Choose an end date that is not before the start date.</p>
        <Button variant="outline" className="mt-5" onClick={() => state.set("end", "")}>
          End today
        </Button>
      </Notice>
    );
  }
  if (problem?.code === "forbidden")
    return <NoPermission organization={organization} {...READING} requestId={problem.requestId} />;
  if (problem) return <Failure problem={problem} onRetry={events.retry} kept={undefined} />;
  if (waitingFor?.code === "search_unavailable") return <CatchingUp inPlaceOfRows />;
  if (none && plain && hasEvents === false) return <FirstEvent />;
  if (none && (!plain || hasEvents)) return <NoMatch state={state} />;
  return <LogSkeleton wide={wide} />;
}

/** Faults while rows of before are kept. */
function OverRows({ events }: { events: EventsState }) {
  const { problem, waitingFor, stale, more } = events;
  if (waitingFor?.code === "search_unavailable") return <CatchingUp inPlaceOfRows={false} />;
  if (!problem || more.failed) return null;
  const kept = stale
    ? "The rows below are the earlier ones, for other filters."
    : "The rows below are still the earlier ones.";
  return <Failure problem={problem} onRetry={events.retry} kept={kept} />;
}

export function Results(props: ResultsProps) {
  const { events, backwards, wide } = props;
  const forbidden = events.problem?.code === "forbidden";
  const rows = !backwards && !forbidden && events.events.length > 0;
  const dimmed = events.stale && rows;
  return (
    <section aria-label="Events" className="flex flex-col gap-2">
      <h2 className="sr-only">Events</h2>
      <ResultBar events={events} backwards={backwards} />
      {rows && <OverRows events={events} />}
      <Card
        className="relative overflow-clip max-lg:-mx-4 max-lg:rounded-none max-lg:border-x-0"
        aria-busy={events.loading}
      >
        <ProgressBar active={events.loading && events.total !== undefined} />
        {rows ? (
          <div className={cn("text-foreground", dimmed && "dimmed")}>
            <LogList events={events.events} wide={wide} />
            {!events.stale && <LoadMore more={events.more} />}
          </div>
        ) : (
          <WithoutRows {...props} />
        )}
      </Card>
    </section>
  );
}
