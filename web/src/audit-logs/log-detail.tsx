import { memo, useMemo } from "react";
import type { LoggedEvent } from "../api/events.ts";
import { formatJson } from "../text/json.ts";
import { formatInstantExact } from "../time/instant.ts";
import { CopyButton } from "../ui/copy-button.tsx";
import { VisibleText } from "../ui/visible-text.tsx";
import { Absent } from "./cells.tsx";
import { changesOf } from "./changes.ts";
import { ChangesTable } from "./changes-table.tsx";
import { columnFacts } from "./columns.tsx";
import { type Fact, furtherFacts, optionalFacts } from "./facts.ts";

/** A description of at most so many characters stands in full in its cell. */
const CELL_HOLDS = 56;
const HEADING = "mb-2 text-xs font-medium text-muted-foreground";

function FactLine({ label, value, id = false }: Fact) {
  return (
    <div className="min-w-0">
      <dt className="text-xs text-muted-foreground">{label}</dt>
      <dd className="flex min-h-6 items-center gap-1 text-sm tabular-nums">
        {value === undefined || value === "" ? (
          <Absent />
        ) : (
          <>
            <span
              className={`max-h-24 overflow-y-auto [overflow-wrap:anywhere] ${id ? "font-mono text-xs tracking-[-0.02em]" : ""}`}
            >
              <VisibleText value={value} />
            </span>
            {id && <CopyButton value={value} label={label} />}
          </>
        )}
      </dd>
    </div>
  );
}

function Metadata({ text }: { text: string | undefined }) {
  const formatted = useMemo(() => (text === undefined ? undefined : formatJson(text)), [text]);
  return (
    <section aria-label="Metadata" className="flex min-w-0 flex-col">
      <div className="flex min-h-6 items-center justify-between">
        <h3 className={`${HEADING} mb-0`}>Metadata</h3>
        {text !== undefined && <CopyButton value={text} label="metadata" />}
      </div>
      {formatted === undefined ? (
        <Absent />
      ) : (
        <pre
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region has to be reachable by keyboard.
          tabIndex={0}
          className="mt-1 max-h-72 min-h-16 overflow-auto rounded-lg border border-border bg-card px-3 py-2.5 font-mono text-xs leading-[1.125rem] whitespace-pre-wrap [overflow-wrap:anywhere]"
        >
          <VisibleText value={formatted} keepLineBreaks />
        </pre>
      )}
    </section>
  );
}

/** Everything that was recorded of one event, the six required facts first and always there. */
export const LogDetail = memo(function LogDetail({ event }: { event: LoggedEvent }) {
  const changes = changesOf(event);
  const facts: Fact[] = [
    ...columnFacts(event),
    ...furtherFacts(event),
    { label: "Timestamp", value: formatInstantExact(event.timestamp) },
    { label: "Outcome", value: event.outcome },
    ...optionalFacts(event),
  ];
  return (
    <div data-slot="log-detail" className="flex flex-col gap-5 text-sm">
      {event.description && event.description.length > CELL_HOLDS && (
        <p
          tabIndex={event.description.length > 400 ? 0 : undefined}
          className="max-h-32 max-w-4xl overflow-y-auto [overflow-wrap:anywhere]"
        >
          <VisibleText value={event.description} />
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
        <Metadata text={event.texts.metadata} />
      </div>
    </div>
  );
});
