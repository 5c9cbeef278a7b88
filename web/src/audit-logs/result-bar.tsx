import { Keyboard, RotateCw, Rows2, Rows4 } from "lucide-react";
import { Suspense } from "react";
import { lazyPart } from "../shell/lazy-part.tsx";
import { countText } from "../text/count-text.ts";
import { Button } from "../ui/button.tsx";
import { ChipRow } from "./filters/chip-row.tsx";
import type { FilterState } from "./filters/use-filters.ts";
import { LiveStatus, LiveToggle } from "./live/live-toggle.tsx";
import type { LiveState } from "./live/use-live.ts";
import { useDensity } from "./table/density.ts";
import { isTable, type ListForm } from "./table/form-for-width.ts";
import { ZoneToggle } from "./time/zone.tsx";
import type { EventsState } from "./use-events.ts";

const ColumnsMenu = lazyPart(() => import("./table/columns-menu.tsx"));
const GroupMenu = lazyPart(() => import("./grouped/group-menu.tsx"));

function DensityToggle() {
  const [density, setDensity] = useDensity();
  const comfortable = density === "comfortable";
  return (
    <Button
      variant="ghost"
      size="small"
      aria-pressed={comfortable}
      title={comfortable ? "Compact rows" : "Comfortable rows"}
      onClick={() => setDensity(comfortable ? "compact" : "comfortable")}
    >
      {comfortable ? <Rows2 aria-hidden className="size-3.5!" /> : <Rows4 aria-hidden className="size-3.5!" />}
      <span className="sr-only">Comfortable rows</span>
    </Button>
  );
}

interface ResultBarProps {
  readonly state: FilterState;
  readonly events: EventsState;
  readonly live: LiveState;
  readonly backwards: boolean;
  readonly wide: boolean;
  /** What was just done, said for a moment. */
  readonly said: string;
  readonly onHelp: () => void;
  readonly form: ListForm;
}

/** How many events, by which filters, and how they come; what is said here never moves the rows. */
export function ResultBar(props: ResultBarProps) {
  const { state, events, live, backwards, wide, said, onHelp, form } = props;
  const { total, stale, loading } = events;
  const known = total !== undefined && !stale && !backwards;
  const isZoneInHeading = isTable(form) && form !== "stacked" && state.grouping === undefined;
  return (
    <div className="flex min-h-7 items-start gap-4 max-lg:min-h-11 max-lg:flex-wrap max-lg:items-center max-lg:gap-x-2 max-lg:gap-y-1">
      <p
        role="status"
        aria-label="Number of events"
        // As wide as what it says first, so that the chips beside it do not move.
        className="shrink-0 text-sm leading-7 font-medium whitespace-nowrap tabular-nums max-lg:mr-auto lg:min-w-27"
      >
        {known ? countText(total) : loading ? <span className="text-muted-foreground">Loading events</span> : ""}
      </p>
      <div className="min-w-0 flex-1 max-lg:order-last max-lg:basis-full">
        <ChipRow state={state} />
      </div>
      <div className="flex h-7 min-w-0 items-center justify-end max-lg:order-last max-lg:h-5 max-lg:basis-full max-lg:justify-start">
        <span role="status" className="truncate text-xs text-muted-foreground">
          {said}
        </span>
        {said === "" && <LiveStatus live={live} />}
      </div>
      <div className="flex max-w-full flex-wrap items-center max-lg:gap-1">
        <Suspense>
          <GroupMenu by={state.grouping} onChange={state.setGrouping} />
        </Suspense>
        {!isZoneInHeading && <ZoneToggle />}
        {!wide && <LiveToggle live={live} className="h-11" />}
        <Suspense>{wide && isTable(form) && <ColumnsMenu form={form} />}</Suspense>
        {wide && <DensityToggle />}
        {wide && (
          <Button variant="ghost" size="small" onClick={onHelp} title="Keyboard (?)">
            <Keyboard aria-hidden className="size-3.5!" /> <span className="sr-only">Keyboard help</span>
          </Button>
        )}
        <Button
          variant="ghost"
          size="small"
          className="-mr-2 max-lg:mr-0 max-sm:min-w-11"
          disabled={backwards}
          // Not disabled: it would lose the focus.
          aria-disabled={loading}
          onClick={() => loading || events.refresh()}
        >
          <RotateCw aria-hidden className="size-3.5!" /> <span className="max-sm:sr-only">Refresh</span>
        </Button>
      </div>
    </div>
  );
}
