import { Suspense } from "react";
import { lazyPart } from "../shell/lazy-part.tsx";
import { Card } from "../ui/card.tsx";
import type { FilterState } from "./use-filters.ts";

const Histogram = lazyPart(() => import("./histogram.tsx"));

interface HistogramFrameProps {
  readonly state: FilterState;
  /** Undefined while there is nothing to ask. */
  readonly query: URLSearchParams | undefined;
  /** The rows are on their way; they come first. */
  readonly waiting: boolean;
}

/** Events over time. Its room is there from the start, so that nothing moves when it comes. */
export function HistogramFrame({ state, query, waiting }: HistogramFrameProps) {
  return (
    <Card aria-label="Events over time" className="h-[8.25rem] px-4 pt-2 pb-2">
      {query !== undefined && (
        <Suspense fallback={null}>
          <Histogram state={state} query={query} waiting={waiting} />
        </Suspense>
      )}
    </Card>
  );
}
