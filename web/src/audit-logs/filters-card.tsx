import { ListFilter, SlidersHorizontal } from "lucide-react";
import { type ReactNode, useState } from "react";
import { Button } from "../ui/button.tsx";
import { Card } from "../ui/card.tsx";
import { Sheet } from "../ui/sheet.tsx";
import { ActionFilter, DateFilters, ResourceTypeFilter, SearchFilter } from "./filter-fields.tsx";
import type { FilterState } from "./use-filters.ts";

interface FiltersProps {
  readonly state: FilterState;
  readonly query: URLSearchParams | undefined;
}

/** All filters in one row. */
export function FiltersCard({ state, query }: FiltersProps) {
  return (
    <Card aria-labelledby="filters-title" className="px-4 pt-3 pb-4">
      <div className="mb-2.5 flex h-7 items-center justify-between">
        <h2 id="filters-title" className="flex items-center gap-2 text-sm font-semibold">
          <ListFilter aria-hidden className="size-4 text-muted-foreground" />
          Filters
        </h2>
        {state.active.length > 0 && (
          <Button variant="ghost" size="small" className="-mr-2" onClick={() => state.setAll({})}>
            Clear filters
          </Button>
        )}
      </div>
      <div className="grid grid-cols-[9.25rem_9.25rem_minmax(10rem,13rem)_minmax(9rem,13rem)_minmax(14rem,1fr)] items-start gap-3">
        <DateFilters state={state} />
        <ActionFilter state={state} query={query} />
        <ResourceTypeFilter state={state} />
        <SearchFilter state={state} />
      </div>
    </Card>
  );
}

interface CompactFiltersProps extends FiltersProps {
  /** What the sheet's closing button says. */
  readonly summary: string;
  /** Stands beside the button that opens the sheet. */
  readonly beside: ReactNode;
}

/** The search at hand, the other filters in a sheet. */
export function CompactFilters({ state, query, summary, beside }: CompactFiltersProps) {
  const [open, setOpen] = useState(false);
  const others = state.active.filter((name) => name !== "q").length;
  return (
    <section aria-label="Filters" className="flex flex-col gap-3">
      <SearchFilter state={state} />
      <div className="grid grid-cols-2 items-start gap-3">
        <Sheet
          side="bottom"
          title="Filters"
          open={open}
          onOpenChange={setOpen}
          trigger={
            <Button variant="outline">
              <SlidersHorizontal aria-hidden />
              Filters{others > 0 && ` (${others})`}
            </Button>
          }
        >
          <div className="flex flex-col gap-4 px-5 pt-2 pb-5">
            <div className="grid grid-cols-2 gap-3">
              <DateFilters state={state} />
            </div>
            <ActionFilter state={state} query={query} />
            <ResourceTypeFilter state={state} />
            <div className="mt-2 flex gap-3">
              <Button
                variant="outline"
                className="flex-1"
                disabled={state.active.length === 0}
                onClick={() => state.setAll({})}
              >
                Clear filters
              </Button>
              <Button className="flex-1" onClick={() => setOpen(false)}>
                {summary}
              </Button>
            </div>
          </div>
        </Sheet>
        {beside}
      </div>
    </section>
  );
}
