import { logColumns } from "./columns.tsx";
import { LogColumnWidths, LogTableHead, ROW_HEIGHT_PX } from "./log-table.tsx";

const ROWS = 12;
/** Widths as they come in real rows, so that the page does not look ruled. */
const WIDTHS = ["70%", "55%", "85%", "62%", "78%"];

function Bar({ width }: { width: string }) {
  return <span className="block h-3 animate-breathe rounded-full bg-accent" style={{ width }} />;
}

const places = Array.from({ length: ROWS }, (_, place) => place);

/** Rows of the real height where the first ones will be. */
export function LogSkeleton({ wide }: { wide: boolean }) {
  if (!wide) {
    return (
      <div aria-hidden>
        {places.slice(0, 5).map((place) => (
          <div key={place} className="flex h-[210px] flex-col gap-4 border-b border-border px-4 pt-5">
            {WIDTHS.map((width) => (
              <Bar key={width} width={width} />
            ))}
          </div>
        ))}
      </div>
    );
  }
  return (
    <table aria-hidden className="w-full table-fixed border-separate border-spacing-0">
      <LogColumnWidths />
      <LogTableHead plain />
      <tbody>
        {places.map((place) => (
          <tr key={place} style={{ height: ROW_HEIGHT_PX }}>
            {logColumns.map(({ id }, column) => (
              <td key={id} className="border-b border-border px-3">
                {id !== "expand" && <Bar width={WIDTHS[(place + column * 2) % WIDTHS.length] ?? "70%"} />}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
