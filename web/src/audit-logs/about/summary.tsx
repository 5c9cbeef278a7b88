import type { Group } from "../../api/groups.ts";
import { countNumber } from "../../text/count-text.ts";
import { CopyButton } from "../../ui/copy-button.tsx";
import { VisibleText } from "../../ui/visible-text.tsx";
import { Note, Time } from "./parts.tsx";
import type { Subject } from "./subject.ts";

interface SummaryProps {
  readonly subject: Subject;
  readonly summary: Group | null | undefined;
}

/** What it is called, and since when and until when it was seen. */
export function Summary({ subject, summary }: SummaryProps) {
  return (
    <div className="flex flex-col gap-2">
      <p className="flex items-center gap-1 font-mono text-xs break-all">
        <VisibleText value={subject.id} />
        <CopyButton value={subject.id} label={`${subject.kind} ID`} />
      </p>
      {summary?.email !== undefined && (
        <p className="text-xs [overflow-wrap:anywhere]">
          <VisibleText value={summary.email} />
        </p>
      )}
      {summary === undefined && <Note>Loading</Note>}
      {summary === null && <Note>There are no events to show.</Note>}
      {summary && (
        <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-0.5 text-xs">
          <dt className="text-muted-foreground">First seen</dt>
          <dd>
            <Time at={summary.first} />
          </dd>
          <dt className="text-muted-foreground">Last seen</dt>
          <dd>
            <Time at={summary.last} />
          </dd>
          <dt className="text-muted-foreground">Events</dt>
          <dd className="tabular-nums">{countNumber(summary.count)} of all time</dd>
        </dl>
      )}
    </div>
  );
}
