import type { TableForm } from "./column-widths.ts";
import { rowHeightPx } from "./density.ts";
import { isTable, type ListForm } from "./form-for-width.ts";
import { LogColumnWidths, LogTableHead } from "./log-table.tsx";
import { useColumns } from "./use-column-layout.ts";

const ROWS = 15;
/** Widths as they come in real rows, so that the page does not look ruled. */
const WIDTHS = ["70%", "55%", "85%", "62%", "78%"];

function Bar({ width }: { width: string }) {
  return <span className="block h-3 animate-breathe rounded-full bg-accent" style={{ width }} />;
}

const places = Array.from({ length: ROWS }, (_, place) => place);

/** Rows of the real height where the first ones will be. */
export function LogSkeleton({ form }: { form: ListForm }) {
  if (!isTable(form)) {
    return (
      <div aria-hidden className={form === "pairs" ? "grid grid-cols-2" : ""}>
        {places.slice(0, 6).map((place) => (
          <div key={place} className="flex h-[210px] flex-col gap-4 border-b border-border px-4 pt-5">
            {WIDTHS.map((width) => (
              <Bar key={width} width={width} />
            ))}
          </div>
        ))}
      </div>
    );
  }
  return <TableSkeleton form={form} />;
}

function TableSkeleton({ form }: { form: TableForm }) {
  const columns = useColumns(form);
  return (
    <table aria-hidden className="w-full table-fixed border-separate border-spacing-0">
      <LogColumnWidths form={form} />
      <LogTableHead form={form} order="desc" plain />
      <tbody>
        {places.map((place) => (
          <tr key={place} style={{ height: rowHeightPx() }}>
            {columns.map(({ id }, column) => (
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
