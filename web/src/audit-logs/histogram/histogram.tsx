import { ChevronDown, Table2 } from "lucide-react";
import { type ReactNode, useMemo, useRef, useState } from "react";
import type { LoggedEvent } from "../../api/events.ts";
import { countNumber, countText } from "../../text/count-text.ts";
import { shortestBound } from "../../time/bound.ts";
import { wallTime } from "../../time/zoned.ts";
import { Button } from "../../ui/button.tsx";
import { cn } from "../../ui/cn.ts";
import { Popover } from "../../ui/popover.tsx";
import { actionsOf } from "../event/badge-variant.ts";
import { useHistogram } from "../filters/card/use-facet.ts";
import type { FilterState } from "../filters/use-filters.ts";
import { type Bar, joined, rounded, SERIES, SERIES_NAMES, toBars, withArrived } from "./bars.ts";
import { HistogramPlot } from "./plot.tsx";
import { SERIES_CLASS } from "./series-class.ts";
import { HistogramTable } from "./table.tsx";
import { spanText } from "./text.ts";
import { histogramTicks } from "./ticks.ts";

/** As the histogram counts failures. */
const FAILED = ["failure", "denied"] as const;

function Swatch({ className }: { className: string }) {
  return (
    <svg aria-hidden viewBox="0 0 8 8" className="size-2 shrink-0">
      <rect x="0.5" y="0.5" width="7" height="7" rx="1" className={className} />
    </svg>
  );
}

interface LegendProps {
  readonly name: string;
  readonly count: number;
  readonly swatch: ReactNode;
  /** Whether only these events are shown. */
  readonly pressed: boolean;
  readonly className?: string;
  readonly onChoose: () => void;
}

/** A name of the legend, which is a filter for what it counts. */
function Legend({ name, count, swatch, pressed, className = "", onChoose }: LegendProps) {
  return (
    <button
      type="button"
      aria-pressed={pressed}
      title={pressed ? "Show all events" : `Show only ${name}`}
      onClick={onChoose}
      className={cn(
        "-mx-1 flex h-6 cursor-pointer items-center gap-1.5 rounded-sm px-1 hover:bg-accent",
        pressed && "bg-accent",
        className,
      )}
    >
      {swatch}
      {name}
      <span className="tabular-nums">{countNumber(count)}</span>
    </button>
  );
}

interface ReadoutProps {
  readonly bar: Bar | undefined;
  readonly zone: string;
  readonly whole: boolean;
  readonly state: FilterState;
}

/** What one looks at, or all of it: how many events of which badge, and how many failed. */
function Readout({ bar, zone, whole, state: { filters, set } }: ReadoutProps) {
  if (bar === undefined) return null;
  const onlyFailed = filters.outcome?.join() === FAILED.join();
  return (
    <div className="flex min-w-0 items-center gap-x-3.5 overflow-hidden px-1 text-xs whitespace-nowrap text-muted-foreground">
      {!whole && (
        <span className="font-medium text-foreground tabular-nums">
          {spanText(bar, zone)}
          <span className="ml-3">{countText({ value: bar.total, relation: "eq" })}</span>
        </span>
      )}
      {bar.failures > 0 && (
        <Legend
          name="Failed"
          count={bar.failures}
          swatch={<Swatch className="fill-failure" />}
          pressed={onlyFailed}
          className="text-failure"
          onChoose={() => set("outcome", onlyFailed ? [] : FAILED)}
        />
      )}
      {SERIES.map((series, place) => {
        const actions = actionsOf(series);
        const pressed = filters.action?.join() === actions.join();
        return (
          <Legend
            key={series}
            name={SERIES_NAMES[series]}
            count={bar.counts[place] ?? 0}
            swatch={<Swatch className={SERIES_CLASS[series]} />}
            pressed={pressed}
            className={cn("hover:text-foreground [&>span]:text-foreground", pressed && "text-foreground")}
            onChoose={() => set("action", pressed ? [] : actions)}
          />
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
        <Readout bar={seen ?? whole} zone={zone} whole={seen === undefined} state={props.state} />
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
