import { Check, X } from "lucide-react";
import type { ReactNode } from "react";
import type { FilterState } from "../audit-logs/filters/use-filters.ts";
import { useLogAccess } from "../audit-logs/log-access.ts";
import type { Open, PageTools } from "../audit-logs/use-page-tools.ts";
import { may } from "../shell/permissions.ts";
import { countText } from "../text/count-text.ts";
import { periods } from "../time/periods.ts";
import { Button } from "../ui/button.tsx";
import { Card } from "../ui/card.tsx";
import { cn } from "../ui/cn.ts";

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

function Periods({ state: { filters, clock, setAll } }: { state: FilterState }) {
  const { range: _range, since: _since, ...others } = filters;
  return (
    <fieldset aria-label="Period" className="flex flex-wrap gap-1">
      {periods(clock.today).map(({ name, start, end }) => (
        <Button
          key={name}
          variant="outline"
          size="small"
          className="aria-pressed:border-ring aria-pressed:bg-accent"
          aria-pressed={filters.start === start && filters.end === end}
          onClick={() => setAll({ ...others, start, end })}
        >
          {name}
        </Button>
      ))}
    </fieldset>
  );
}

export interface PeriodProps {
  readonly tools: PageTools;
  readonly onClose: () => void;
}

interface PeriodPanelProps extends PeriodProps {
  /** Undefined for who signs nothing off. */
  readonly signOff: { readonly open: Open | undefined; readonly done: boolean } | undefined;
}

/** A period, step by step: chosen, looked through, signed off, exported. */
export function PeriodPanel({ tools, onClose, signOff }: PeriodPanelProps) {
  const { state, total, exporting, openExport } = tools;
  const { filters } = state;
  const access = useLogAccess();
  const query = tools.query?.toString();
  const exported = exporting.state.phase === "done" && exporting.state.of === query;
  const exports = may(access, "audit_log.export");
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
          <Periods state={state} />
        </Step>
        <Step number={2} done={signOff?.done === true}>
          <span className="tabular-nums">Look through {total ? countText(total) : "the events"}</span>
        </Step>
        {signOff && (
          <Step number={3} done={signOff.done}>
            <Button
              variant="outline"
              size="small"
              disabled={signOff.open === undefined}
              onClick={() => signOff.open?.()}
            >
              Mark reviewed…
            </Button>
          </Step>
        )}
        {exports && (
          <Step number={signOff ? 4 : 3} done={exported}>
            <Button variant="outline" size="small" disabled={openExport === undefined} onClick={() => openExport?.()}>
              Export…
            </Button>
          </Step>
        )}
      </ol>
    </Card>
  );
}
