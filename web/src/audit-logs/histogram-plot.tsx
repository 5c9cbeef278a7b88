import { type KeyboardEvent, type PointerEvent, useRef, useState } from "react";
import { cn } from "../ui/cn.ts";
import type { BadgeVariant } from "./badge-variant.ts";
import { countText } from "./count-text.ts";
import { type Bar, highest, joined, partHeights, SERIES, SERIES_NAMES } from "./histogram-data.ts";
import { spanText } from "./histogram-text.ts";

const HEIGHT = 64;
/** Of a bar's own width. */
const BAR_GAP = 0.16;
/** Even a single event is to be seen beside thousands. */
const LEAST_HEIGHT = 2;
/** Room for the edge of an outlined part. */
const EDGE = 1;
const DRAG_FROM_PX = 4;

export const SERIES_CLASS: Readonly<Record<BadgeVariant, string>> = {
  default: "fill-series-default",
  destructive: "fill-series-destructive",
  secondary: "fill-series-secondary",
  outline: "fill-series-outline stroke-series-outline-edge",
};

function Bars({ bars }: { bars: readonly Bar[] }) {
  const max = highest(bars);
  return bars.map((bar, index) => {
    const heights = partHeights(bar, max, HEIGHT - EDGE, LEAST_HEIGHT);
    let top = HEIGHT;
    return (
      <g key={bar.start}>
        {SERIES.map((series, place) => {
          const height = heights[place] ?? 0;
          if (height === 0) return null;
          top -= height;
          return (
            <rect
              key={series}
              x={index + BAR_GAP / 2}
              y={top}
              width={1 - BAR_GAP}
              height={height}
              vectorEffect="non-scaling-stroke"
              className={SERIES_CLASS[series]}
            />
          );
        })}
      </g>
    );
  });
}

/** Where one stands, and from where one selects. */
interface Cursor {
  readonly at: number;
  readonly from: number | undefined;
}

interface HistogramPlotProps {
  readonly bars: readonly Bar[];
  readonly zone: string;
  /** The bars are those of other filters, until the current ones are counted. */
  readonly stale: boolean;
  /** What pointer or keys are at: first and last bar, both included. */
  readonly onLook: (looked: { first: number; last: number } | undefined) => void;
  readonly onSelect: (first: number, last: number) => void;
}

function words(bars: readonly Bar[], { at, from }: Cursor, zone: string): string {
  const part = joined(bars, from ?? at, at);
  if (part === undefined) return "No events";
  const families = SERIES.flatMap((series, place) => {
    const count = part.counts[place] ?? 0;
    return count === 0 ? [] : [`${SERIES_NAMES[series]} ${count}`];
  });
  const counted = [countText({ value: part.total, relation: "eq" }), ...families].join(", ");
  return `${from === undefined ? "" : "Selected "}${spanText(part, zone)}: ${counted}`;
}

/**
 * The bars. By pointer: what is under it is told, dragging selects. By keyboard a slider: arrows move, with Shift they select, Enter makes
 * the selection (or the bar) the range, Escape drops it.
 */
export function HistogramPlot({ bars, zone, stale, onLook, onSelect }: HistogramPlotProps) {
  const [cursor, setCursor] = useState<Cursor>();
  const [focused, setFocused] = useState(false);
  const drag = useRef<{ x: number; index: number; moved: boolean }>(undefined);
  const plot = useRef<HTMLDivElement>(null);
  const last = bars.length - 1;
  const go = (next: Cursor | undefined) => {
    setCursor(next);
    onLook(next && { first: next.from ?? next.at, last: next.at });
  };
  const indexAt = ({ clientX }: PointerEvent) => {
    const { left = 0, width = 1 } = plot.current?.getBoundingClientRect() ?? {};
    return Math.max(0, Math.min(last, Math.floor(((clientX - left) / width) * bars.length)));
  };
  const onPointerMove = (event: PointerEvent) => {
    if (last < 0) return;
    const started = drag.current;
    const at = indexAt(event);
    if (started && Math.abs(event.clientX - started.x) >= DRAG_FROM_PX) started.moved = true;
    go({ at, from: started?.moved ? started.index : undefined });
  };
  const onPointerUp = (event: PointerEvent) => {
    const started = drag.current;
    drag.current = undefined;
    if (!started?.moved) return;
    go(undefined);
    onSelect(started.index, indexAt(event));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (last < 0 || event.altKey || event.ctrlKey || event.metaKey) return;
    const { at, from } = cursor ?? { at: last, from: undefined };
    const moves: Record<string, number> = {
      ArrowLeft: at - 1,
      ArrowDown: at - 1,
      ArrowRight: at + 1,
      ArrowUp: at + 1,
      PageUp: at + 10,
      PageDown: at - 10,
      Home: 0,
      End: last,
    };
    const to = moves[event.key];
    if (to !== undefined) {
      go({ at: Math.max(0, Math.min(last, to)), from: event.shiftKey ? (from ?? at) : undefined });
    } else if (event.key === "Enter") {
      go(undefined);
      onSelect(from ?? at, at);
    } else if (event.key === "Escape" && from !== undefined) {
      event.stopPropagation();
      go({ at, from: undefined });
    } else return;
    event.preventDefault();
  };
  const shown = cursor && {
    first: Math.min(cursor.from ?? cursor.at, cursor.at),
    last: Math.max(cursor.from ?? cursor.at, cursor.at),
  };
  const percent = (value: number) => `${(value / Math.max(1, bars.length)) * 100}%`;
  return (
    <div
      ref={plot}
      role="slider"
      tabIndex={0}
      aria-label="Events over time"
      aria-description="Arrow keys move, with Shift they select, Enter makes it the range, Escape drops the selection"
      aria-orientation="horizontal"
      aria-valuemin={0}
      aria-valuemax={Math.max(0, last)}
      aria-valuenow={Math.max(0, Math.min(last, cursor?.at ?? last))}
      aria-valuetext={words(bars, cursor ?? { at: last, from: undefined }, zone)}
      className="relative h-16 cursor-crosshair touch-pan-y rounded-xs border-b border-border select-none"
      onPointerDown={(event) => {
        if (event.button !== 0 || last < 0) return;
        drag.current = { x: event.clientX, index: indexAt(event), moved: false };
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={onPointerMove}
      onPointerUp={onPointerUp}
      onPointerCancel={() => {
        drag.current = undefined;
        go(undefined);
      }}
      onPointerLeave={() => drag.current === undefined && !focused && go(undefined)}
      onFocus={(event) => {
        if (!event.currentTarget.matches(":focus-visible")) return;
        setFocused(true);
        if (last >= 0) go({ at: Math.min(cursor?.at ?? last, last), from: undefined });
      }}
      onBlur={() => {
        setFocused(false);
        go(undefined);
      }}
      onKeyDown={onKeyDown}
    >
      {shown && shown.last <= last && (
        <span
          aria-hidden
          className={
            cursor?.from === undefined
              ? "absolute inset-y-0 bg-accent"
              : "absolute inset-y-0 border-x border-ring bg-ring/15"
          }
          style={{ left: percent(shown.first), width: percent(shown.last + 1 - shown.first) }}
        />
      )}
      <svg
        aria-hidden
        viewBox={`0 0 ${Math.max(1, bars.length)} ${HEIGHT}`}
        preserveAspectRatio="none"
        className={cn("absolute inset-0 size-full", stale && "opacity-40")}
      >
        <Bars bars={bars} />
      </svg>
    </div>
  );
}
