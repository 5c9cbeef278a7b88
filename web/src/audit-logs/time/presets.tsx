import { Pin } from "lucide-react";
import { Suspense } from "react";
import { lazyPart } from "../../shell/lazy-part.tsx";
import { Button } from "../../ui/button.tsx";
import { cn } from "../../ui/cn.ts";
import { withPinnedDates } from "../filters/pinned.ts";
import type { FilterState } from "../filters/use-filters.ts";
import { DEFAULT_PRESET, isRelative, PRESET_NAMES, PRESETS } from "./range.ts";

const MoreRanges = lazyPart(() => import("./more-ranges.tsx"));

/** Ranges that move along with the time, and the way to hold one fast. */
export function Presets({ state }: { state: FilterState }) {
  const { filters, clock, set, setAll } = state;
  const { start, end, range = DEFAULT_PRESET } = filters;
  const relative = isRelative(filters);
  const chosen = (start ?? end) === undefined ? range : undefined;
  return (
    <div className="flex min-w-0 items-center gap-1 max-lg:flex-wrap max-lg:gap-2">
      <fieldset
        aria-label="Range up to now"
        className="flex items-center rounded-md border border-border bg-muted p-0.5 max-lg:w-full"
      >
        {PRESETS.map((preset) => (
          <button
            key={preset}
            type="button"
            aria-pressed={preset === chosen}
            title={PRESET_NAMES[preset]}
            onClick={() => set("range", preset)}
            className={cn(
              "h-6 cursor-pointer rounded-[4px] border border-transparent px-2 text-xs font-medium text-muted-foreground tabular-nums hover:text-foreground max-lg:h-11 max-lg:flex-1 max-lg:text-sm",
              preset === chosen && "border-border bg-card text-foreground shadow-xs",
            )}
          >
            {preset}
          </button>
        ))}
      </fieldset>
      <Suspense fallback={<span className="w-7 max-lg:hidden" />}>
        <MoreRanges state={state} />
      </Suspense>
      {relative && (
        <Button
          variant="ghost"
          size="small"
          onClick={({ currentTarget }) => {
            // This button goes away; the ranges beside it stay.
            currentTarget.parentElement?.querySelector("button")?.focus();
            setAll(withPinnedDates(filters, clock));
          }}
        >
          <Pin aria-hidden className="size-3.5!" /> Pin these dates
        </Button>
      )}
    </div>
  );
}
