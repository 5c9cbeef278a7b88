import { FlexRender, type Row } from "@tanstack/react-table";
import { Fragment, type MouseEvent, memo, type Ref, useRef } from "react";
import type { LoggedEvent } from "../api/events.ts";
import { cn } from "../ui/cn.ts";
import { arrivedNow } from "./arrived-now.ts";
import { CellTools } from "./cell-tools.tsx";
import { logColumns, type logFeatures } from "./columns.tsx";
import { DamagedEntry } from "./damaged-entry.tsx";
import { detailId, useExpansion } from "./expansion-context.ts";
import { DetailRoom } from "./lazy-detail.tsx";
import { LogDetail } from "./preloaded-detail.ts";
import { isRefused } from "./refused.ts";
import { useKeptFocus } from "./use-kept-focus.ts";
import { useTableKeys } from "./use-table-keys.ts";
import { useVirtualRows } from "./virtual-rows.ts";
import { ZoneToggle } from "./zone.tsx";
import { useZone } from "./zone-context.ts";

export const ROW_HEIGHT_PX = 49;

export type LogRow = Row<typeof logFeatures, LoggedEvent>;

/** The zone as the toggle shows it, where nothing can be chosen yet. */
function PlainZone() {
  const { suffix } = useZone();
  return (
    <span
      data-suffix={suffix()}
      className="inline-flex h-5 items-center rounded-sm border border-border bg-card px-1 text-[0.625rem] before:content-[attr(data-suffix)]"
    />
  );
}

/** @param plain without controls, for a head that stands in for the real one. */
export function LogTableHead({ plain = false }: { plain?: boolean }) {
  return (
    <thead>
      <tr>
        {logColumns.map(({ id, meta }) => (
          <th
            key={id}
            scope="col"
            aria-label={meta?.zoned && meta.label}
            className="sticky top-0 z-10 h-9 border-b border-border bg-muted px-3 text-left text-xs font-medium whitespace-nowrap text-muted-foreground first:px-2.5"
          >
            {id === "expand" ? (
              <span className="sr-only">{meta?.label}</span>
            ) : (
              <span className="flex items-center gap-1.5">
                {meta?.label}
                {meta?.zoned && (plain ? <PlainZone /> : <ZoneToggle />)}
              </span>
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
  if (event.damaged !== undefined) {
    return (
      <tbody ref={ref} data-index={index} className="group/row">
        <tr aria-rowindex={virtual ? index + 2 : undefined} className="h-[49px]">
          <td colSpan={logColumns.length} className="border-border px-3 py-1 group-not-last/row:border-b">
            <DamagedEntry reason={event.damaged} sequence={event.sequence} />
          </td>
        </tr>
      </tbody>
    );
  }
  return (
    <tbody ref={ref} data-index={index} className={cn("group/row", arrivedNow(event) && "animate-arrive")}>
      {/* Clicking a row is a shortcut for the pointer; the button in the first cell is for everybody. */}
      <tr
        aria-rowindex={virtual ? index + 2 : undefined}
        onClick={(click) => fromControl(click) || toggle()}
        className={cn(
          "h-[49px] scroll-mt-9 scroll-mb-2 cursor-pointer hover:bg-muted focus-within:bg-muted",
          expanded && "bg-muted",
        )}
      >
        {row.getAllCells().map((cell) => (
          <td
            key={cell.id}
            data-column={cell.column.id}
            tabIndex={cell.column.id === "expand" ? undefined : -1}
            className={cn(
              "relative overflow-hidden border-border px-3 py-1 text-sm -outline-offset-2 first:px-2.5 group-not-last/row:border-b",
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
            <DetailRoom>
              <LogDetail event={event} />
            </DetailRoom>
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
  const table = useRef<HTMLTableElement>(null);
  const onKeyDown = useTableKeys(rows);
  useKeptFocus(table, rows);
  return (
    <>
      <table
        ref={table}
        data-slot="log-rows"
        className="w-full table-fixed border-separate border-spacing-0"
        aria-rowcount={drawn.virtual ? rows.length + 1 : undefined}
        onFocus={drawn.onFocus}
        onKeyDown={onKeyDown}
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
      <CellTools container={table} rows={rows} />
    </>
  );
}
