import { countText } from "../../text/count-text.ts";
import { cn } from "../../ui/cn.ts";
import { type Cursor, useHistogramCursor } from "./bar-cursor.ts";
import { type Bar, highest, joined, partHeights, SERIES, SERIES_NAMES } from "./bars.ts";
import { SERIES_CLASS } from "./series-class.ts";
import { spanText } from "./text.ts";

const HEIGHT = 36;
/** Of a bar's own width. */
const BAR_GAP = 0.16;
/** Even a single event is to be seen beside thousands. */
const LEAST_HEIGHT = 2;
/** Room for the edge of an outlined part. */
const EDGE = 1;

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
        {bar.failures > 0 && (
          // They are among the events below: red from the top down.
          <rect
            x={index + BAR_GAP / 2}
            y={top}
            width={1 - BAR_GAP}
            height={Math.min(HEIGHT - top, Math.max(LEAST_HEIGHT, (bar.failures / max) * (HEIGHT - EDGE)))}
            className="fill-failure"
          />
        )}
      </g>
    );
  });
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
  const failures = part.failures === 0 ? "" : `, of them ${part.failures} failed or denied`;
  return `${from === undefined ? "" : "Selected "}${spanText(part, zone)}: ${counted}${failures}`;
}

/**
 * The bars. By pointer: what is under it is reported, dragging selects. By keyboard a slider: arrows move, with Shift they select, Enter makes
 * the selection (or the bar) the range, Escape drops it.
 */
export function HistogramPlot({ bars, zone, stale, onLook, onSelect }: HistogramPlotProps) {
  const { plot, cursor, handlers } = useHistogramCursor(bars.length, onLook, onSelect);
  const last = bars.length - 1;
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
      aria-description="Arrow keys move, Shift selects, Enter sets the range, Escape clears the selection"
      aria-orientation="horizontal"
      aria-valuemin={0}
      aria-valuemax={Math.max(0, last)}
      aria-valuenow={Math.max(0, Math.min(last, cursor?.at ?? last))}
      aria-valuetext={words(bars, cursor ?? { at: last, from: undefined }, zone)}
      className="relative h-9 cursor-crosshair touch-pan-y rounded-xs border-b border-border select-none"
      {...handlers}
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
