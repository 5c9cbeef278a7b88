import { countNumber } from "../../text/count-text.ts";
import { type Bar, SERIES, SERIES_NAMES } from "./bars.ts";
import { spanText } from "./text.ts";

const CELL = "px-3 py-1 text-right tabular-nums";

/** The bars as numbers; times without an event are left out. */
export function HistogramTable({ bars, zone }: { bars: readonly Bar[]; zone: string }) {
  const filled = bars.filter(({ total }) => total > 0);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is to be reached by keyboard.
    <section aria-label="Events over time" tabIndex={0} className="max-h-96 overflow-y-auto rounded-lg">
      <table className="text-xs">
        <caption className="sr-only">Events over time, in {zone}; times without an event are left out</caption>
        <thead>
          <tr className="sticky top-0 bg-muted text-muted-foreground">
            <th scope="col" className="px-3 py-2 text-left font-medium">
              Time
            </th>
            <th scope="col" className="px-3 py-2 text-right font-medium">
              Events
            </th>
            {SERIES.map((series) => (
              <th key={series} scope="col" className="px-3 py-2 text-right font-medium">
                {SERIES_NAMES[series]}
              </th>
            ))}
            <th scope="col" className="px-3 py-2 text-right font-medium">
              Failed
            </th>
          </tr>
        </thead>
        <tbody>
          {filled.map((bar) => (
            <tr key={bar.start} className="border-t border-border">
              <th scope="row" className="px-3 py-1 text-left font-normal whitespace-nowrap tabular-nums">
                {spanText(bar, zone)}
              </th>
              <td className={CELL}>{countNumber(bar.total)}</td>
              {SERIES.map((series, place) => (
                <td key={series} className={CELL}>
                  {countNumber(bar.counts[place] ?? 0)}
                </td>
              ))}
              <td className={CELL}>{countNumber(bar.failures)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {filled.length === 0 && <p className="px-3 py-3 text-sm text-muted-foreground">No events.</p>}
    </section>
  );
}
