import { Check, X } from "lucide-react";
import type { ReactNode } from "react";
import type { Total } from "../api/events.ts";
import { useLogAccess } from "../audit-logs/access.ts";
import type { FilterState } from "../audit-logs/filters/use-filters.ts";
import { may } from "../shell/permissions.ts";
import { countText } from "../text/count-text.ts";
import { Button } from "../ui/button.tsx";
import { Card } from "../ui/card.tsx";
import { cn } from "../ui/cn.ts";
import { periods } from "./stories.ts";

function Step({ number, done, children }: { number: number; done: boolean; children: ReactNode }) {
  return (
    <li className="flex min-w-0 items-center gap-2">
      <span
        aria-hidden
        className={cn(
          "flex size-5 shrink-0 items-center justify-center rounded-full border border-border text-xs font-medium tabular-nums",
          done && "border-transparent bg-added-surface text-added",
        )}
      >
        {done ? <Check className="size-3" /> : number}
      </span>
      {done && <span className="sr-only">Done: </span>}
      {children}
    </li>
  );
}

interface PeriodPanelProps {
  readonly state: FilterState;
  readonly total: Total | undefined;
  /** Absent where one may not sign off or export, or there is nothing to. */
  readonly onSignOff: (() => void) | undefined;
  readonly onExport: (() => void) | undefined;
  readonly signedOff: boolean;
  readonly exported: boolean;
  readonly onClose: () => void;
}

/** A period, step by step: chosen, looked through, signed off, exported. */
export default function PeriodPanel(props: PeriodPanelProps) {
  const { state, total, onSignOff, onExport, signedOff, exported, onClose } = props;
  const { filters, clock } = state;
  const access = useLogAccess();
  // Who looks through a viewer token signs nothing off.
  const reviews = access.member !== undefined && may(access, "audit_log.review");
  const exports = may(access, "audit_log.export");
  const { range: _range, since: _since, ...others } = filters;
  return (
    <Card className="flex flex-col gap-2.5 px-4 pt-2 pb-3">
      <div className="flex items-center gap-3">
        <h2 className="text-sm font-semibold">Compliance review of a period</h2>
        <Button
          variant="ghost"
          size="inline"
          className="-mr-1.5 ml-auto"
          aria-label="Close the steps"
          onClick={onClose}
        >
          <X aria-hidden />
        </Button>
      </div>
      <ol className="flex flex-wrap items-center gap-x-7 gap-y-2.5 text-sm">
        <Step number={1} done={filters.start !== undefined && filters.end !== undefined}>
          <fieldset aria-label="Period" className="flex flex-wrap gap-1">
            {periods(clock.today).map(({ name, start, end }) => (
              <Button
                key={name}
                variant="outline"
                size="small"
                className="aria-pressed:border-ring aria-pressed:bg-accent"
                aria-pressed={filters.start === start && filters.end === end}
                onClick={() => state.setAll({ ...others, start, end })}
              >
                {name}
              </Button>
            ))}
          </fieldset>
        </Step>
        <Step number={2} done={signedOff}>
          <span className="tabular-nums">Look through {total ? countText(total) : "the events"}</span>
        </Step>
        {reviews && (
          <Step number={3} done={signedOff}>
            <Button variant="outline" size="small" disabled={onSignOff === undefined} onClick={onSignOff}>
              Mark reviewed…
            </Button>
          </Step>
        )}
        {exports && (
          <Step number={reviews ? 4 : 3} done={exported}>
            <Button variant="outline" size="small" disabled={onExport === undefined} onClick={onExport}>
              Export…
            </Button>
          </Step>
        )}
      </ol>
    </Card>
  );
}
