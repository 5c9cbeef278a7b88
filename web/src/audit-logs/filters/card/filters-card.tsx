import { ListFilter, Plus, SlidersHorizontal } from "lucide-react";
import { type ReactNode, Suspense, useRef } from "react";
import { lazyPart } from "../../../shell/lazy-part.tsx";
import { isDay } from "../../../time/day.ts";
import { Button } from "../../../ui/button.tsx";
import { Card } from "../../../ui/card.tsx";
import { cn } from "../../../ui/cn.ts";
import { Popover } from "../../../ui/popover.tsx";
import { Sheet } from "../../../ui/sheet.tsx";
import { Presets } from "../../time/presets.tsx";
import { resolveRange } from "../../time/range.ts";
import { ActionFilter } from "../actions/action-filter.tsx";
import { shownChips } from "../chips.ts";
import { useFilterEditing } from "../editing-context.ts";
import { UserFilter } from "../people/user-filter.tsx";
import type { FilterState } from "../use-filters.ts";
import { DateFilters, SearchFilter, SearchHelp } from "./filter-fields.tsx";
import { ValueFilter } from "./value-filter.tsx";

const MoreFilters = lazyPart(() => import("./more-filters.tsx"));
const RESOURCE_TYPE_EXAMPLES = "channel, user…";

interface FiltersProps {
  readonly state: FilterState;
  readonly query: URLSearchParams | undefined;
  /** Goes to another organization; absent where there is but one. */
  readonly onTenant: ((id: string) => void) | undefined;
}

function MoreButton({ state, query }: Pick<FiltersProps, "state" | "query">) {
  const { panelOpen, setPanelOpen, findWanted } = useFilterEditing();
  const anchor = useRef<HTMLDivElement>(null);
  return (
    <div ref={anchor} className="-mr-2">
      <Popover
        open={panelOpen}
        onOpenChange={setPanelOpen}
        initialFocus={findWanted}
        label="More filters"
        anchor={anchor}
        className="w-[22rem] max-w-[calc(100vw-2rem)] p-4"
        trigger={({ Trigger }) => (
          <Trigger
            render={
              <Button variant="ghost" size="small" onPointerEnter={MoreFilters.preload} onFocus={MoreFilters.preload}>
                <Plus aria-hidden className="size-3.5!" /> More filters
              </Button>
            }
          />
        )}
      >
        <Suspense fallback={<div className="h-[25rem]" />}>
          <MoreFilters state={state} query={query} />
        </Suspense>
      </Popover>
    </div>
  );
}

/** All filters in one row, the rarer ones behind a button. */
export function FiltersCard({ state, query, onTenant }: FiltersProps) {
  return (
    <Card aria-labelledby="filters-title" className="@container px-3 pt-1 pb-2">
      <div className="mb-0.5 flex h-8 items-center gap-3">
        <h2 id="filters-title" className="flex items-center gap-2 text-sm font-semibold">
          <ListFilter aria-hidden className="size-4 text-muted-foreground" />
          Filters
        </h2>
        <Presets state={state} />
        <span className="ml-auto flex min-w-0 items-center gap-4">
          <SearchHelp tenant={onTenant !== undefined} className="hidden @min-[68rem]:block" />
          <MoreButton state={state} query={query} />
        </span>
      </div>
      <div className="grid grid-cols-[10.25rem_10.25rem_1fr_1fr] items-start gap-2.5 @min-[65rem]:grid-cols-[10.25rem_10.25rem_minmax(9rem,12rem)_minmax(8.5rem,11rem)_minmax(9.5rem,13rem)_minmax(13rem,1fr)] **:data-[slot=field]:gap-0.5 **:data-[slot=input]:h-8 **:data-[slot=select]:h-8">
        <DateFilters state={state} />
        <ActionFilter state={state} query={query} />
        <ValueFilter name="resource_type" placeholder={RESOURCE_TYPE_EXAMPLES} state={state} query={query} />
        <UserFilter state={state} query={query} />
        <div className="col-span-3 @min-[65rem]:col-span-1">
          <SearchFilter state={state} onTenant={onTenant} />
        </div>
      </div>
    </Card>
  );
}

interface CompactFiltersProps extends FiltersProps {
  /** What the sheet's closing button says. */
  readonly summary: string;
  /** Shown beside the button that opens the sheet. */
  readonly beside: ReactNode;
}

/** The search at hand, the other filters in a sheet. */
export function CompactFilters({ state, query, onTenant, summary, beside }: CompactFiltersProps) {
  const { panelOpen, setPanelOpen, findWanted } = useFilterEditing();
  const { start, end } = resolveRange(state.filters, state.clock);
  const timed = [start, end].some((bound) => bound !== undefined && !isDay(bound));
  const others = shownChips(state.filters, state.clock).filter(({ name }) => name !== "q").length;
  return (
    <section aria-label="Filters" className="flex flex-col gap-3">
      <SearchFilter state={state} onTenant={onTenant} />
      <SearchHelp tenant={onTenant !== undefined} className="hidden" />
      <div className="grid grid-cols-[minmax(0,2fr)_minmax(0,3fr)] items-start gap-3">
        <Sheet
          side="bottom"
          title="Filters"
          open={panelOpen}
          onOpenChange={setPanelOpen}
          initialFocus={findWanted}
          trigger={
            <Button variant="outline">
              <SlidersHorizontal aria-hidden />
              Filters{others > 0 && ` (${others})`}
            </Button>
          }
        >
          <div className="flex flex-col gap-4 px-5 pt-2">
            <Presets state={state} />
            <div className={cn("grid gap-3", timed ? "grid-cols-1" : "grid-cols-2")}>
              <DateFilters state={state} />
            </div>
            <ActionFilter state={state} query={query} />
            <ValueFilter name="resource_type" placeholder={RESOURCE_TYPE_EXAMPLES} state={state} query={query} />
            <UserFilter state={state} query={query} />
            <Suspense fallback={<div className="h-[30rem]" />}>
              <MoreFilters state={state} query={query} />
            </Suspense>
          </div>
          <div className="sticky bottom-0 mt-4 flex gap-3 border-t border-border bg-popover px-5 py-3">
            <Button
              variant="outline"
              className="flex-1"
              disabled={state.active.length === 0}
              onClick={() => state.setAll({})}
            >
              Clear all
            </Button>
            <Button className="flex-1" onClick={() => setPanelOpen(false)}>
              {summary}
            </Button>
          </div>
        </Sheet>
        {beside}
      </div>
    </section>
  );
}
