import type { ReactNode } from "react";
import type { Total } from "../../api/events.ts";
import { countText } from "../../text/count-text.ts";
import { boundText } from "../../time/bound.ts";
import { VisibleText } from "../../ui/visible-text.tsx";
import { resolveRange } from "../time/range.ts";
import { filterChips } from "./chips.ts";
import type { FilterState } from "./use-filters.ts";

function Line({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="contents">
      <dt className="text-muted-foreground">{label}</dt>
      <dd className="min-w-0 [overflow-wrap:anywhere]">{children}</dd>
    </div>
  );
}

interface ScopeProps {
  readonly state: FilterState;
  readonly total: Total | undefined;
  /** Up to when what was recorded is meant. */
  readonly asOf: ReactNode;
  /** The saved view that the filters are. */
  readonly view?: string | undefined;
}

/** In words what the filters cover: how many events, of which time, narrowed down by what, as of when. */
export function Scope({ state: { filters, clock }, total, asOf, view }: ScopeProps) {
  const { start, end } = resolveRange(filters, clock);
  const others = filterChips(filters, clock).filter(({ name }) => name !== "range" && name !== "as_of");
  return (
    <dl className="grid grid-cols-[4.5rem_minmax(0,1fr)] gap-x-3 gap-y-1 rounded-lg border border-border bg-muted px-3.5 py-3 text-sm">
      <Line label="Events">
        <strong className="font-semibold tabular-nums">{total ? countText(total) : "being counted"}</strong>, not only
        those on the page
      </Line>
      <Line label="Range">
        <span className="tabular-nums">
          {boundText(start, clock.zone)} – {end === undefined ? "now" : boundText(end, clock.zone)}
        </span>
        , {clock.zone}
      </Line>
      <Line label="Filters">
        {others.length === 0
          ? "none"
          : others.map(({ key, label, value, excluded }, place) => (
              <span key={key}>
                {place > 0 && "; "}
                {label} {excluded && "not "}
                <strong className="font-medium">
                  <VisibleText value={value} />
                </strong>
              </span>
            ))}
      </Line>
      {view !== undefined && (
        <Line label="View">
          <strong className="font-medium">
            <VisibleText value={view} />
          </strong>
        </Line>
      )}
      <Line label="As of">{asOf}</Line>
    </dl>
  );
}
