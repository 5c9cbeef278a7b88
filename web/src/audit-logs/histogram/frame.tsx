import { Suspense } from "react";
import type { LoggedEvent } from "../../api/events.ts";
import { lazyPart } from "../../shell/lazy-part.tsx";
import { Card } from "../../ui/card.tsx";
import { cn } from "../../ui/cn.ts";
import type { FilterState } from "../filters/use-filters.ts";
import { useHistogramFolded } from "./folded.ts";

const Histogram = lazyPart(() => import("./histogram.tsx"));

interface HistogramFrameProps {
  readonly state: FilterState;
  /** Undefined while there is nothing to ask. */
  readonly query: URLSearchParams | undefined;
  /** The position that the rows were read as of; undefined until they are there: they come first. */
  readonly asOf: string | undefined;
  /** What came live since, and is among the rows. */
  readonly arrived: readonly LoggedEvent[];
}

/** Events over time. Its room is there from the start, so that nothing moves when it comes. */
export function HistogramFrame({ state, query, asOf, arrived }: HistogramFrameProps) {
  const [folded, setFolded] = useHistogramFolded();
  return (
    <Card aria-label="Events over time" className={cn("px-3 pt-1", folded ? "h-8" : "h-[5.125rem]")}>
      {query !== undefined && (
        <Suspense fallback={null}>
          <Histogram {...{ state, query, asOf, arrived, folded }} onFold={setFolded} />
        </Suspense>
      )}
    </Card>
  );
}
