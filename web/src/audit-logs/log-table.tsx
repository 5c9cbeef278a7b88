import { FlexRender, type Row } from "@tanstack/react-table";
import { Fragment, type MouseEvent, memo, type Ref } from "react";
import type { LoggedEvent } from "../api/events.ts";
import { cn } from "../ui/cn.ts";
import { logColumns, type logFeatures } from "./columns.tsx";
import { detailId, useExpansion } from "./expansion.tsx";
import { LogDetail } from "./log-detail.tsx";
import { isRefused } from "./outcome.tsx";
import { useVirtualRows } from "./virtual-rows.ts";

export const ROW_HEIGHT_PX = 49;

export type LogRow = Row<typeof logFeatures, LoggedEvent>;

export function LogTableHead() {
  return (
    <thead>
      <tr>
        {logColumns.map(({ id, meta }) => (
          <th
            key={id}
            scope="col"
            aria-description={meta?.hint}
            className="sticky top-0 z-10 h-9 border-b border-border bg-muted px-3 text-left text-xs font-medium whitespace-nowrap text-muted-foreground first:px-2.5"
          >
            {id === "expand" ? <span className="sr-only">{meta?.label}</span> : meta?.label}
            {meta?.suffix && (
              <span
                aria-hidden
                data-suffix={meta.suffix}
                className="ml-1.5 inline-block rounded-sm align-[1px] leading-3 border border-border bg-card px-1 py-px text-[0.625rem] before:content-[attr(data-suffix)]"
              />
            )}
          </th>
        ))}
      </tr>
    </thead>
  );
}

export function LogColumnWidths() {
  return (
    <colgroup>
      {logColumns.map(({ id, meta }) => (
        <col key={id} style={{ width: meta?.width }} />
      ))}
    </colgroup>
  );
}

function fromControl(event: MouseEvent<HTMLElement>): boolean {
  const selecting = window.getSelection()?.type === "Range";
  return selecting || (event.target instanceof Element && event.target.closest("button, a, input") !== null);
}

interface LogRowGroupProps {
  readonly row: LogRow;
  readonly index: number;
  readonly virtual: boolean;
  readonly ref: Ref<HTMLTableSectionElement>;
}

/** A row and its details, as one group. */
const LogRowGroup = memo(function LogRowGroup({ row, index, virtual, ref }: LogRowGroupProps) {
  const event = row.original;
  const { open: expanded, toggle } = useExpansion(event);
  return (
    <tbody ref={ref} data-index={index} className="group/row">
      {/* Clicking a row is a shortcut for the pointer; the button in the first cell is for everybody. */}
      <tr
        aria-rowindex={virtual ? index + 2 : undefined}
        onClick={(click) => fromControl(click) || toggle()}
        className={cn("h-[49px] cursor-pointer hover:bg-muted", expanded && "bg-muted")}
      >
        {row.getAllCells().map((cell) => (
          <td
            key={cell.id}
            className={cn(
              "overflow-hidden border-border px-3 py-1 text-sm first:px-2.5 group-not-last/row:border-b",
              expanded && "border-b-0!",
              cell.column.id === "expand" && isRefused(event.outcome) && "shadow-[inset_2px_0_0_var(--failure)]",
            )}
          >
            <FlexRender cell={cell} />
          </td>
        ))}
      </tr>
      {expanded && (
        <tr id={detailId(event)} className="bg-muted">
          <td
            colSpan={logColumns.length}
            className={cn(
              "border-border pt-2 pr-5 pb-6 pl-12 group-not-last/row:border-b",
              isRefused(event.outcome) && "shadow-[inset_2px_0_0_var(--failure)]",
            )}
          >
            <LogDetail event={event} />
          </td>
        </tr>
      )}
    </tbody>
  );
});

function Gap({ height }: { height: number }) {
  if (height <= 0) return null;
  return (
    <tbody aria-hidden>
      <tr>
        <td colSpan={logColumns.length} className="p-0" style={{ height }} />
      </tr>
    </tbody>
  );
}

/** The rows of a table whose size the window scrolls over. */
export function LogTable({ rows }: { rows: readonly LogRow[] }) {
  const drawn = useVirtualRows(rows, ROW_HEIGHT_PX);
  return (
    <table
      className="w-full table-fixed border-separate border-spacing-0"
      aria-rowcount={drawn.virtual ? rows.length + 1 : undefined}
      onFocus={drawn.onFocus}
    >
      <caption className="sr-only">Audit logs, newest first</caption>
      <LogColumnWidths />
      <LogTableHead />
      <tbody ref={drawn.container} aria-hidden />
      {drawn.rows.map(({ index, gap }) => {
        const row = rows[index];
        if (row === undefined) return null;
        return (
          <Fragment key={row.id}>
            <Gap height={gap} />
            <LogRowGroup ref={drawn.measure} row={row} index={index} virtual={drawn.virtual} />
          </Fragment>
        );
      })}
      <Gap height={drawn.gapAfter} />
    </table>
  );
}
