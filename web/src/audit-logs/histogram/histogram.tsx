import { ChevronDown, Table2 } from "lucide-react";
import { useMemo, useRef, useState } from "react";
import type { LoggedEvent } from "../../api/events.ts";
import { countNumber, countText } from "../../text/count-text.ts";
import { shortestBound } from "../../time/bound.ts";
import { wallTime } from "../../time/zoned.ts";
import { Button } from "../../ui/button.tsx";
import { cn } from "../../ui/cn.ts";
import { Popover } from "../../ui/popover.tsx";
import { actionsOf, type BadgeVariant } from "../event/badge-variant.ts";
import { useHistogram } from "../filters/card/use-facet.ts";
import type { FilterState } from "../filters/use-filters.ts";
import { type Bar, joined, rounded, SERIES, SERIES_NAMES, toBars, withArrived } from "./bars.ts";
import { HistogramPlot } from "./plot.tsx";
import { SERIES_CLASS } from "./series-class.ts";
import { HistogramTable } from "./table.tsx";
import { spanText } from "./text.ts";
import { histogramTicks } from "./ticks.ts";

function Swatch({ series }: { series: (typeof SERIES)[number] }) {
  return (
    <svg aria-hidden viewBox="0 0 8 8" className="size-2 shrink-0">
      <rect x="0.5" y="0.5" width="7" height="7" rx="1" className={SERIES_CLASS[series]} />
    </svg>
  );
}

interface ReadoutProps {
  readonly bar: Bar | undefined;
  readonly zone: string;
  readonly whole: boolean;
  /** Whether the events shown are those of one badge. */
  readonly isChosen: (series: BadgeVariant) => boolean;
  readonly onChoose: (series: BadgeVariant) => void;
}

/** What one looks at, or all of it: how many events of which badge. Each is a filter for its actions. */
function Readout({ bar, zone, whole, isChosen, onChoose }: ReadoutProps) {
  if (bar === undefined) return null;
  return (
    <div className="flex min-w-0 items-center gap-x-3.5 overflow-hidden px-1 text-xs whitespace-nowrap text-muted-foreground">
      {!whole && (
        <span className="font-medium text-foreground tabular-nums">
          {spanText(bar, zone)}
          <span className="ml-3">{countText({ value: bar.total, relation: "eq" })}</span>
        </span>
      )}
      {bar.failures > 0 && (
        <span className="flex items-center gap-1.5 text-failure">
          <svg aria-hidden viewBox="0 0 8 8" className="size-2 shrink-0">
            <rect width="8" height="8" rx="1" className="fill-failure" />
          </svg>
          Failed <span className="tabular-nums">{countNumber(bar.failures)}</span>
        </span>
      )}
      {SERIES.map((series, place) => {
        const pressed = isChosen(series);
        return (
          <button
            key={series}
            type="button"
            aria-pressed={pressed}
            title={pressed ? "Show all actions" : `Show only ${SERIES_NAMES[series]}`}
            onClick={() => onChoose(series)}
            className={cn(
              "-mx-1 flex h-6 cursor-pointer items-center gap-1.5 rounded-sm px-1 hover:bg-accent hover:text-foreground",
              pressed && "bg-accent text-foreground",
            )}
          >
            <Swatch series={series} />
            {SERIES_NAMES[series]}
            <span className="text-foreground tabular-nums">{countNumber(bar.counts[place] ?? 0)}</span>
          </button>
        );
      })}
    </div>
  );
}

function AsTable({ bars, zone }: { bars: readonly Bar[]; zone: string }) {
  const [open, setOpen] = useState(false);
  const anchor = useRef<HTMLDivElement>(null);
  return (
    <div ref={anchor}>
      <Popover
        open={open}
        onOpenChange={setOpen}
        label="Events over time, as a table"
        anchor={anchor}
        className="p-0"
        trigger={({ Trigger }) => (
          <Trigger
            render={
              <Button variant="ghost" size="small" className="h-6" title="View as table">
                <Table2 aria-hidden className="size-3.5!" />
                <span className="@max-[56rem]:sr-only">View as table</span>
              </Button>
            }
          />
        )}
      >
        <HistogramTable bars={bars} zone={zone} />
      </Popover>
    </div>
  );
}

/** The time at the ends, and days or hours in between. */
function Axis({ whole, zone }: { whole: Bar | undefined; zone: string }) {
  const at = (part: number) => {
    if (whole === undefined) return "";
    return wallTime(whole.start + part * (whole.end - whole.start), zone).replace("T", " ");
  };
  const ticks = whole === undefined ? [] : histogramTicks(whole.start, whole.end, zone);
  return (
    <div
      aria-hidden
      className="relative flex h-4 justify-between text-[0.6875rem] leading-4 text-muted-foreground tabular-nums"
    >
      <span>{at(0).slice(0, 16)}</span>
      {ticks.map(({ at: part, label }) => (
        <span key={part} className="absolute -translate-x-1/2" style={{ left: `${part * 100}%` }}>
          {label}
        </span>
      ))}
      <span>{at(1).slice(0, 16)}</span>
    </div>
  );
}

interface HistogramProps {
  readonly state: FilterState;
  readonly query: URLSearchParams;
  /** The position that the rows were read as of; undefined until they are there. */
  readonly asOf: string | undefined;
  /** What came live since, and is among the rows. */
  readonly arrived: readonly LoggedEvent[];
  /** Only the counts are shown. */
  readonly folded: boolean;
  readonly onFold: (folded: boolean) => void;
}

const NONE: readonly Bar[] = [];

/** Events over time, by the families that the badges tell apart; a stretch of it becomes the range. */
export default function Histogram(props: HistogramProps) {
  const { query, asOf, arrived, folded, onFold } = props;
  const { filters, clock, setAll } = props.state;
  const { data, stale, failed } = useHistogram(query, asOf);
  const [looked, setLooked] = useState<{ first: number; last: number }>();
  const { zone } = clock;
  const bars = useMemo(() => {
    const counted = data === undefined ? NONE : toBars(data);
    return stale ? counted : withArrived(counted, arrived);
  }, [data, stale, arrived]);
  const seen = looked && joined(bars, looked.first, looked.last);
  const whole = joined(bars, 0, bars.length - 1);
  const isChosen = (series: BadgeVariant) => filters.action?.join() === actionsOf(series).join();
  const select = (first: number, last: number) => {
    const part = joined(bars, first, last);
    if (part === undefined || data === undefined) return;
    setLooked(undefined);
    const { range: _range, ...others } = filters;
    const { start, end } = rounded(part, data.interval_ms);
    setAll({ ...others, start: shortestBound(start, zone, "start"), end: shortestBound(end, zone, "end") });
  };
  return (
    <div className="flex h-full flex-col" aria-busy={stale || data === undefined}>
      <div className="flex h-6 items-center gap-2">
        <Readout
          bar={seen ?? whole}
          zone={zone}
          whole={seen === undefined}
          isChosen={isChosen}
          onChoose={(series) => props.state.set("action", isChosen(series) ? [] : actionsOf(series))}
        />
        {failed && <p className="text-xs text-muted-foreground">Events over time could not be counted.</p>}
        <span className="-mr-2 ml-auto flex shrink-0">
          {bars.length > 0 && <AsTable bars={bars} zone={zone} />}
          <Button
            variant="ghost"
            size="small"
            className="h-6"
            aria-expanded={!folded}
            title={folded ? "Show the chart" : "Hide the chart"}
            onClick={() => onFold(!folded)}
          >
            <ChevronDown aria-hidden className={cn("size-3.5!", !folded && "rotate-180")} />
            <span className="sr-only">Chart of events over time</span>
          </Button>
        </span>
      </div>
      {!folded && (
        <>
          <HistogramPlot bars={bars} zone={zone} stale={stale} onLook={setLooked} onSelect={select} />
          <Axis whole={whole} zone={zone} />
        </>
      )}
    </div>
  );
}
