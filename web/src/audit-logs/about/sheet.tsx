import type { RefObject } from "react";
import { clip, truncateId } from "../../text/truncate.ts";
import { visibleText } from "../../text/visible.ts";
import { boundText } from "../../time/bound.ts";
import { Button } from "../../ui/button.tsx";
import { Sheet } from "../../ui/sheet.tsx";
import { rangeOf } from "../filters/range-of.ts";
import { useLogPage } from "../log-context.ts";
import { resolveRange } from "../time/range.ts";
import { Note } from "./parts.tsx";
import { AboutResource } from "./resource.tsx";
import { filtersOf, type Subject } from "./subject.ts";
import { Summary } from "./summary.tsx";
import { useSummary } from "./use-about.ts";
import { AboutUser } from "./user.tsx";

interface AboutSheetProps {
  readonly subject: Subject;
  /** What gets the focus back. */
  readonly returnTo: RefObject<HTMLElement | null>;
  readonly onClose: () => void;
}

/** Who somebody is, or what became of a resource, beside the rows that raise the question. */
export default function AboutSheet({ subject, returnTo, onClose }: AboutSheetProps) {
  const { filters, clock, setAll } = useLogPage().state;
  const summary = useSummary(subject);
  const { start, end } = resolveRange(filters, clock);
  const title = summary?.name ?? truncateId(subject.id);
  return (
    <Sheet
      side="right"
      title={visibleText(clip(title, 80))}
      open
      onOpenChange={(open) => !open && onClose()}
      finalFocus={returnTo}
    >
      <div className="flex min-h-0 flex-1 flex-col gap-5 overflow-y-auto px-5 pb-6">
        <Summary subject={subject} summary={summary} />
        <div className="flex flex-col items-start gap-2">
          <Button
            variant="outline"
            size="small"
            onClick={() => {
              onClose();
              setAll({ ...rangeOf(filters), ...filtersOf(subject) });
            }}
          >
            {subject.kind === "user" ? "Show all by this user" : "Show this resource’s history"}
          </Button>
          <Note>
            Range: {boundText(start, clock.zone)} to {end === undefined ? "now" : boundText(end, clock.zone)}
          </Note>
        </div>
        {subject.kind === "user" ? (
          <AboutUser subject={subject} onGo={onClose} />
        ) : (
          <AboutResource subject={subject} onGo={onClose} />
        )}
      </div>
    </Sheet>
  );
}
