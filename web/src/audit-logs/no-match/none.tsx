import { BookOpenText, ListX } from "lucide-react";
import { visibleText } from "../../text/visible.ts";
import { boundMs, boundText } from "../../time/bound.ts";
import { Button } from "../../ui/button.tsx";
import { Notice } from "../../ui/notice.tsx";
import { VisibleText } from "../../ui/visible-text.tsx";
import { type Chip, filterChips } from "../filters/chips.ts";
import { useFilterEditing } from "../filters/editing-context.ts";
import type { FilterState } from "../filters/use-filters.ts";
import { useLogAccess } from "../log-access.ts";
import { presetRange, resolveRange } from "../time/range.ts";
import { DidYouMean } from "./did-you-mean.tsx";

function FilterList({ chips, onRemove }: { chips: readonly Chip[]; onRemove: (chip: Chip) => void }) {
  return (
    <ul className="mt-3 flex w-full max-w-xs flex-col gap-1.5">
      {chips.map((chip) => (
        <li key={chip.key} className="flex items-center justify-between gap-3 text-sm">
          <span className="min-w-0 truncate text-left">
            {chip.label}: {chip.excluded && "not "}
            <strong className="font-medium">
              <VisibleText value={chip.value} />
            </strong>
          </span>
          <Button
            variant="outline"
            size="small"
            aria-description={`${chip.excluded ? "not " : ""}${visibleText(chip.value)}`}
            onClick={() => onRemove(chip)}
          >
            Remove <span className="sr-only">{chip.label}</span>
          </Button>
        </li>
      ))}
    </ul>
  );
}

/** Nothing matches: what is asked for, and how to ask for less. */
function NoMatch({ state }: { state: FilterState }) {
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
      {named.length > 0 && <FilterList chips={named} onRemove={({ without }) => change(() => setAll(without))} />}
      <DidYouMean state={state} onTake={(filters) => change(() => setAll(filters))} />
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

/** The organization has no event of any time that this reader can see. */
function FirstEvent() {
  const access = useLogAccess();
  return (
    <Notice icon={BookOpenText} title="No events yet" className="max-w-2xl">
      <p className="mt-2 text-pretty text-muted-foreground [overflow-wrap:anywhere]">
        What people and programs do in <VisibleText value={access.organization.name} /> will be listed here, newest
        first.
      </p>
    </Notice>
  );
}

/** In place of rows when there are none. @param ever whether the organization has any event at all. */
export default function None({ state, ever }: { state: FilterState; ever: boolean }) {
  return ever ? <NoMatch state={state} /> : <FirstEvent />;
}
