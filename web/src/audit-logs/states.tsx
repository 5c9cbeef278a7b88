import { Link } from "@tanstack/react-router";
import { BookOpenText, CircleAlert, Hourglass, ListX } from "lucide-react";
import { type ReactNode, Suspense } from "react";
import type { Problem } from "../api/problem.ts";
import { lazyPart } from "../shell/lazy-part.tsx";
import { may } from "../shell/permissions.ts";
import { sentence } from "../text/sentence.ts";
import { visibleText } from "../text/visible.ts";
import { boundMs, boundText } from "../time/bound.ts";
import { Button } from "../ui/button.tsx";
import { CodeBlock } from "../ui/code-block.tsx";
import { Banner, Notice, RequestId } from "../ui/notice.tsx";
import { Spinner } from "../ui/spinner.tsx";
import { VisibleText } from "../ui/visible-text.tsx";
import { useLogAccess } from "./access.ts";
import { filterChips } from "./chips.ts";
import { useFilterEditing } from "./editing-context.ts";
import { presetRange, resolveRange } from "./range.ts";
import type { FilterState } from "./use-filters.ts";

const DidYouMean = lazyPart(() => import("./no-match/did-you-mean.tsx"));

/** Nothing matches: what is asked for, and how to ask for less. */
export function NoMatch({ state }: { state: FilterState }) {
  const { filters, active, clock, set, setAll } = state;
  const range = resolveRange(filters, clock);
  const named = filterChips(filters, clock).filter(({ name }) => name !== "range");
  const { zone, now } = clock;
  const goesBack = boundMs(range.start, zone, "start") <= boundMs(presetRange("90d", clock).start, zone, "start");
  const widest = goesBack && (range.end === undefined || boundMs(range.end, zone, "end") > now);
  const { edit } = useFilterEditing();
  const change = (filters: () => void) => {
    filters();
    // All of this goes away.
    edit("q");
  };
  return (
    <Notice icon={ListX} title="No events match these filters">
      <p className="mt-2 text-pretty text-muted-foreground">
        No events between <span className="whitespace-nowrap tabular-nums">{boundText(range.start, clock.zone)}</span>{" "}
        and{" "}
        <span className="whitespace-nowrap tabular-nums">
          {range.end === undefined ? "now" : boundText(range.end, clock.zone)}
        </span>
        {named.length > 0 ? ", with these filters:" : "."}
      </p>
      <Suspense>
        <DidYouMean state={state} onTake={(filters) => change(() => setAll(filters))} />
      </Suspense>
      {named.length > 0 && (
        <ul className="mt-3 flex w-full max-w-xs flex-col gap-1.5">
          {named.map(({ key, label, value, excluded, without }) => (
            <li key={key} className="flex items-center justify-between gap-3 text-sm">
              <span className="min-w-0 truncate text-left">
                {label}: {excluded && "not "}
                <strong className="font-medium">
                  <VisibleText value={value} />
                </strong>
              </span>
              <Button
                variant="outline"
                size="small"
                aria-description={`${excluded ? "not " : ""}${visibleText(value)}`}
                onClick={() => change(() => setAll(without))}
              >
                Remove <span className="sr-only">{label}</span>
              </Button>
            </li>
          ))}
        </ul>
      )}
      <div className="mt-6 flex flex-wrap justify-center gap-2">
        {!widest && (
          <Button variant="outline" onClick={() => change(() => set("range", "90d"))}>
            Widen to 90 days
          </Button>
        )}
        {active.length > 0 && (
          <Button variant="outline" onClick={() => change(() => setAll({}))}>
            Clear filters
          </Button>
        )}
      </div>
    </Notice>
  );
}

/** The organization has no event of any time: how the first one comes in. */
export function FirstEvent() {
  const access = useLogAccess();
  const curl = `curl ${window.location.origin}/v1/events \\
  -H "Authorization: Bearer $DAYBOOK_KEY" \\
  -H "Content-Type: application/json" \\
  -d '{
    "action": "auth.login",
    "actor": { "type": "user", "id": "usr_1", "role": "admin" },
    "resource": { "type": "user", "id": "usr_1" },
    "description": "Signed in"
  }'`;
  const sdk = `import { createClient } from "@daybook/sdk";

const daybook = createClient({ url: "${window.location.origin}", key: process.env.DAYBOOK_KEY ?? "" });

daybook.record({
  action: "auth.login",
  actor: { type: "user", id: "usr_1", role: "admin" },
  resource: { type: "user", id: "usr_1" },
  description: "Signed in",
});
// Before the program ends: delivers what was recorded.
await daybook.close();`;
  const intro = (
    <p className="mt-2 text-pretty text-muted-foreground [overflow-wrap:anywhere]">
      What people and programs do in <VisibleText value={access.organization.name} /> will be listed here, newest first.
    </p>
  );
  if (!may(access, "api_key.manage")) {
    return (
      <Notice icon={BookOpenText} title="No events yet">
        {intro}
      </Notice>
    );
  }
  return (
    <Notice icon={BookOpenText} title="No events yet" className="max-w-2xl">
      {intro}
      <p className="mt-2 mb-6 text-pretty text-muted-foreground">
        Create a key in{" "}
        <Link to="/settings/organization/api-keys" className="text-link underline">
          API Keys
        </Link>
        , then send the first event with it.
      </p>
      <div className="flex w-full flex-col gap-4">
        <CodeBlock label="From a program, with the SDK" code={sdk} />
        <CodeBlock label="From a terminal" code={curl} />
      </div>
    </Notice>
  );
}

/** Search is rebuilding or catching up with the log; the same question is asked again meanwhile. */
export function CatchingUp({ inPlaceOfRows }: { inPlaceOfRows: boolean }) {
  const text = "Every recorded event is safe in the log; search is reading it. This page asks again by itself.";
  if (!inPlaceOfRows) {
    return (
      <Banner tone="caution" icon={Hourglass}>
        <strong className="font-semibold">Search is catching up.</strong> {text}
      </Banner>
    );
  }
  return (
    <Notice icon={Hourglass} title="Search is catching up" role="status">
      <p className="mt-2 text-pretty text-muted-foreground">{text}</p>
      <p className="mt-5 text-muted-foreground">
        <Spinner />
      </p>
    </Notice>
  );
}

interface FailureProps {
  readonly problem: Problem;
  readonly onRetry: () => void;
  /** What is still on the page; undefined when there is nothing. */
  readonly kept: string | undefined;
}

export function Failure({ problem, onRetry, kept }: FailureProps) {
  const faults = problem.errors
    .map(({ pointer, message }) => `${pointer} ${message}`)
    // The problem's own sentence is the first of them.
    .filter((fault) => !problem.message.startsWith(fault))
    .join("; ");
  const retry: ReactNode = (
    <Button variant="outline" size={kept ? "small" : "default"} onClick={onRetry}>
      Retry
    </Button>
  );
  if (kept === undefined) {
    return (
      <Notice icon={CircleAlert} title="The audit logs could not be loaded" role="alert">
        <p className="mt-2 break-words text-muted-foreground">
          {problem.message}
          {faults && ` (${faults})`}
        </p>
        <div className="mt-5 mb-3">{retry}</div>
        <RequestId id={problem.requestId} />
      </Notice>
    );
  }
  return (
    <Banner tone="failure" icon={CircleAlert} actions={retry}>
      <strong className="font-semibold">{sentence(problem.message)}</strong> {faults && `(${faults}) `}
      {kept} <RequestId id={problem.requestId} />
    </Banner>
  );
}
