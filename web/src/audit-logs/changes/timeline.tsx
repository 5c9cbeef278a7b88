import { Link } from "@tanstack/react-router";
import { ArrowRight } from "lucide-react";
import { type ReactNode, useMemo, useState } from "react";
import type { LoggedEvent } from "../../api/events.ts";
import { countNumber } from "../../text/count-text.ts";
import type { JsonNode } from "../../text/json-tree.ts";
import { clip } from "../../text/truncate.ts";
import { visibleText } from "../../text/visible.ts";
import { Button } from "../../ui/button.tsx";
import { JsonText } from "../../ui/json-text.tsx";
import { VisibleText } from "../../ui/visible-text.tsx";
import { OutcomeMark } from "../event/outcome.tsx";
import { whoText } from "../event/who-text.ts";
import { useZone } from "../time/zone-context.ts";
import { type FieldHistory, fieldHistories } from "./field-histories.ts";
import { useChanges } from "./use-changes.ts";

/** So many of one list at first: a long history is opened by whoever wants it. */
const SHOWN_FIRST = 6;
const FIELDS_FIRST = 8;
/** Characters of a value in its line; all of it is in the event's details. */
const VALUE_MAX = 120;
const TEXT_MAX = 160;

function Value({ value, className }: { value: JsonNode | undefined; className: string }) {
  if (value === undefined) return <span className="text-muted-foreground">nothing</span>;
  return (
    <span
      title={visibleText(clip(value.text, 1_000))}
      className={`max-w-full rounded-sm px-1 font-mono [overflow-wrap:anywhere] ${className}`}
    >
      <JsonText value={clip(value.text, VALUE_MAX)} />
    </span>
  );
}

/** When and who; the time leads to the event's details. */
function Line({ event, children }: { event: LoggedEvent; children: ReactNode }) {
  const { format } = useZone();
  const who = clip(whoText(event.actor), TEXT_MAX);
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-0.5">
      <Link
        to="."
        search={(before: object) => ({ ...before, event: event.id }) as object}
        resetScroll={false}
        title="Show this event"
        className="inline-flex min-h-6 items-center text-link tabular-nums hover:underline max-lg:min-h-11"
      >
        {format(event.timestamp)}
      </Link>
      <span title={visibleText(who)} className="truncate max-lg:max-w-56 lg:w-36">
        <VisibleText value={who} />
      </span>
      <OutcomeMark outcome={event.outcome} />
      <span className="flex min-w-0 flex-wrap items-center gap-1.5">{children}</span>
    </li>
  );
}

interface LinesProps<Item> {
  readonly items: readonly Item[];
  readonly children: (item: Item) => ReactNode;
}

/** The first of a list, and the rest on request. */
function Lines<Item>({ items, children }: LinesProps<Item>) {
  const [all, setAll] = useState(false);
  return (
    <>
      <ol>{(all ? items : items.slice(0, SHOWN_FIRST)).map(children)}</ol>
      {items.length > SHOWN_FIRST && (
        <Button variant="ghost" size="small" className="-ml-2" onClick={() => setAll(!all)}>
          {all ? "Show fewer" : `Show all ${countNumber(items.length)}`}
        </Button>
      )}
    </>
  );
}

function Heading({ children, count }: { children: ReactNode; count: number }) {
  return (
    <h3 className="font-medium [overflow-wrap:anywhere]">
      {children} <span className="font-normal text-muted-foreground tabular-nums">{countNumber(count)}</span>
    </h3>
  );
}

function FieldChanges({ path, changes }: FieldHistory) {
  return (
    <section aria-label={`Changes of ${path}`} className="min-w-0">
      <Heading count={changes.length}>
        <code className="font-mono">
          <VisibleText value={clip(path, TEXT_MAX)} />
        </code>
      </Heading>
      <Lines items={changes}>
        {({ event, before, after }) => (
          <Line key={event.id} event={event}>
            <Value value={before} className="bg-failure-surface text-failure" />
            <ArrowRight aria-label="to" className="size-3 shrink-0 text-muted-foreground" />
            <Value value={after} className="bg-added-surface text-added" />
          </Line>
        )}
      </Lines>
    </section>
  );
}

/** What changed, field by field, the oldest change first: when, who, from which value to which. Over all matches, not the loaded rows. @param narrow in a panel that has room for one column. */
export function Timeline({ query, narrow = false }: { query: URLSearchParams; narrow?: boolean }) {
  const { events, total, loading, problem, loadMore } = useChanges(query);
  const { fields, withoutValues } = useMemo(() => fieldHistories(events), [events]);
  const [all, setAll] = useState(false);
  return (
    <div className="flex flex-col gap-2 text-xs" aria-busy={loading}>
      {total === undefined && problem === undefined && <p className="text-muted-foreground">Loading changes</p>}
      {total?.value === 0 && <p className="text-muted-foreground">No changes in this range.</p>}
      <div className={`grid gap-x-8 gap-y-3 ${narrow ? "" : "@min-[66rem]:grid-cols-2"}`}>
        {(all ? fields : fields.slice(0, FIELDS_FIRST)).map(({ path, changes }) => (
          <FieldChanges key={path} path={path} changes={changes} />
        ))}
      </div>
      {fields.length > FIELDS_FIRST && (
        <Button variant="ghost" size="small" className="-ml-2 self-start" onClick={() => setAll(!all)}>
          {all ? "Show fewer fields" : `Show all ${countNumber(fields.length)} fields`}
        </Button>
      )}
      {withoutValues.length > 0 && (
        <section aria-label="Changes without values">
          <Heading count={withoutValues.length}>Without before and after</Heading>
          <Lines items={withoutValues}>
            {(event) => (
              <Line key={event.id} event={event}>
                <span className="[overflow-wrap:anywhere]">
                  <VisibleText value={clip(event.description ?? event.action, TEXT_MAX)} />
                </span>
              </Line>
            )}
          </Lines>
        </section>
      )}
      {problem !== undefined && (
        <p role="alert" className="text-failure">
          {problem.message}
        </p>
      )}
      {loadMore !== undefined && (
        <p className="flex flex-wrap items-center gap-2 text-muted-foreground">
          The first {countNumber(events.length)} events are shown.
          <Button variant="outline" size="small" onClick={loadMore}>
            Load the next
          </Button>
        </p>
      )}
    </div>
  );
}
