import { CalendarX2 } from "lucide-react";
import { Suspense, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { lazyOverlay, lazyPart } from "../shell/lazy-part.tsx";
import { Button } from "../ui/button.tsx";
import { Card } from "../ui/card.tsx";
import { cn } from "../ui/cn.ts";
import { Notice } from "../ui/notice.tsx";
import { SoughtContext } from "../ui/sought.ts";
import type { Subject } from "./about/subject.ts";
import type { Command } from "./commands/commands.ts";
import { Linked } from "./detail/linked.tsx";
import { useIsSensitive } from "./event/use-sensitive.ts";
import type { FilterState } from "./filters/use-filters.ts";
import { NewEventsPill } from "./live/new-events-pill.tsx";
import type { LiveState } from "./live/use-live.ts";
import { useLogAccess } from "./log-access.ts";
import { type LogPage, LogPageProvider } from "./log-context.ts";
import { READING } from "./read-permission.ts";
import { ResultBar } from "./result-bar.tsx";
import { Failure, SearchNotReady } from "./states.tsx";
import { type ListForm, useListForm } from "./table/form-for-width.ts";
import { LoadMore } from "./table/load-more.tsx";
import { LogList } from "./table/log-list.tsx";
import { LogSkeleton } from "./table/skeleton.tsx";
import { ColumnLayoutContext } from "./table/use-column-layout.ts";
import { useKeptLayout } from "./table/use-kept-layout.ts";
import { type EventsState, useHasEvents } from "./use-events.ts";

const AboutSheet = lazyOverlay(() => import("./about/sheet.tsx"));
const Grouped = lazyPart(() => import("./grouped/grouped.tsx"));
const NoPermission = lazyPart(() => import("../shell/no-permission.tsx"));
const None = lazyPart(() => import("./no-match/none.tsx"));

/** How long the page says what was just done. */
const SAID_FOR_MS = 3_000;

interface WithoutRowsProps {
  readonly state: FilterState;
  readonly events: EventsState;
  readonly backwards: boolean;
  readonly form: ListForm;
}

interface ResultsProps extends Omit<WithoutRowsProps, "form"> {
  readonly wide: boolean;
  readonly live: LiveState;
  readonly commands: readonly Command[];
  readonly onHelp: () => void;
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

/** What is in the place of rows when there are none. */
function WithoutRows({ state, events, backwards, form }: WithoutRowsProps) {
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
  if (problem?.code === "forbidden") {
    // The role that is known here is the one of before.
    const { name } = organization;
    return (
      <Suspense fallback={<LogSkeleton form={form} />}>
        <NoPermission organization={{ name }} {...READING} requestId={problem.requestId} />
      </Suspense>
    );
  }
  if (problem) return <Failure problem={problem} onRetry={events.retry} kept={undefined} />;
  if (waitingFor?.code === "search_unavailable") return <SearchNotReady problem={waitingFor} inPlaceOfRows />;
  const skeleton = <LogSkeleton form={form} />;
  const known = none && (!plain || hasEvents !== undefined);
  if (!known) return skeleton;
  return (
    <Suspense fallback={skeleton}>
      <None state={state} ever={!plain || hasEvents === true} />
    </Suspense>
  );
}

/** Faults while rows of before are kept. */
function OverRows({ events }: { events: EventsState }) {
  const { problem, waitingFor, sameQuery, more } = events;
  if (waitingFor?.code === "search_unavailable") return <SearchNotReady problem={waitingFor} inPlaceOfRows={false} />;
  if (!problem || more.failed) return null;
  const kept = sameQuery ? "Showing earlier results." : "Showing results for your previous filters.";
  return <Failure problem={problem} onRetry={events.retry} kept={kept} />;
}

/** Something said for a moment. */
function useSaying(): [said: string, say: LogPage["say"]] {
  const [said, setSaid] = useState({ text: "" });
  useEffect(() => {
    if (said.text === "") return;
    const timer = setTimeout(() => setSaid({ text: "" }), SAID_FOR_MS);
    return () => clearTimeout(timer);
  }, [said]);
  return [said.text, useCallback((text) => setSaid({ text }), [])];
}

/** The user or resource that the side panel is about. */
function useAbout() {
  const [subject, setSubject] = useState<Subject>();
  const opener = useRef<HTMLElement>(null);
  const openAbout = useCallback((next: Subject, from: HTMLElement | null) => {
    opener.current = from;
    setSubject(next);
  }, []);
  return { subject, opener, openAbout, close: useCallback(() => setSubject(undefined), []) };
}

export function Results({ state, events, live, commands, backwards, wide, onHelp }: ResultsProps) {
  const forbidden = events.problem?.code === "forbidden";
  const rows = !backwards && !forbidden && events.events.length > 0;
  const dimmed = events.stale && rows;
  const [said, say] = useSaying();
  const columns = useKeptLayout(say);
  const list = useRef<HTMLDivElement>(null);
  const form = useListForm(list, wide, columns.layout);
  const about = useAbout();
  const { openAbout } = about;
  const isSensitive = useIsSensitive();
  const { grouping } = state;
  const page = useMemo(
    () => ({ state, rows: events.events, commands, say, openAbout, isSensitive }),
    [state, events.events, commands, say, openAbout, isSensitive],
  );
  const answered = events.total !== undefined && !events.stale && !forbidden;
  return (
    <LogPageProvider value={page}>
      <SoughtContext value={state.filters.q ?? ""}>
        <ColumnLayoutContext value={columns}>
          <section aria-label="Events" className="flex flex-col gap-2 lg:gap-1">
            <h2 className="sr-only">Events</h2>
            <ResultBar {...{ state, events, live, backwards, wide, said, onHelp, form }} />
            <Linked rows={answered ? events.events : undefined} />
            {rows && <OverRows events={events} />}
            <Card
              ref={list}
              className="relative overflow-clip max-lg:-mx-4 max-lg:rounded-none max-lg:border-x-0"
              aria-busy={events.loading}
            >
              <ProgressBar active={events.loading && events.total !== undefined} />
              {rows && grouping !== undefined ? (
                <Suspense fallback={<LogSkeleton form={form} />}>
                  <Grouped by={grouping} position={events.position} />
                </Suspense>
              ) : rows ? (
                <div className={cn("text-foreground", dimmed && "dimmed", live.stream && "[overflow-anchor:none]")}>
                  <NewEventsPill live={live} />
                  <LogList events={events.events} form={form} />
                  {!events.stale && <LoadMore more={events.more} />}
                </div>
              ) : (
                <WithoutRows {...{ state, events, backwards, form }} />
              )}
            </Card>
          </section>
          <Suspense>
            {about.subject && <AboutSheet subject={about.subject} returnTo={about.opener} onClose={about.close} />}
          </Suspense>
        </ColumnLayoutContext>
      </SoughtContext>
    </LogPageProvider>
  );
}
