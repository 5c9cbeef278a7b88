import { Fragment, type MouseEvent, memo, type Ref, Suspense, useRef } from "react";
import { isDamaged } from "../../api/damaged.ts";
import type { LogItem } from "../../api/events.ts";
import { cn } from "../../ui/cn.ts";
import { DetailRoom } from "../detail/lazy-detail.tsx";
import { LogDetail } from "../detail/preloaded-detail.ts";
import { isRefused } from "../event/refused.ts";
import type { Order } from "../filters/read-search.ts";
import { useLogPage } from "../log-context.ts";
import { ZoneToggle } from "../time/zone.tsx";
import { useZone } from "../time/zone-context.ts";
import { arrivedNow } from "./arrived-now.ts";
import { CellTools } from "./cell-tools/preloaded-tools.ts";
import { columnWidth, type TableForm, tableWidth } from "./column-widths.ts";
import type { LogColumn } from "./columns.tsx";
import { DamagedEntry } from "./damaged-entry.tsx";
import { rowHeightPx, useDensity } from "./density.ts";
import { detailId, eventKey, useExpansion } from "./expansion-context.ts";
import { ORDER_WORDS, SORTED } from "./order.ts";
import { OrderToggle } from "./order-toggle.tsx";
import { ResizeHandle } from "./resize-handle.tsx";
import type { Rows } from "./rows.ts";
import { useColumnLayout, useColumns } from "./use-column-layout.ts";
import { useKeptFocus } from "./use-kept-focus.ts";
import { useTableKeys } from "./use-table-keys.ts";
import { useVirtualRows } from "./virtual-rows.ts";

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

/** Not drawn again with the rows, as every one that opens does. @param plain without controls, for a head that stands in for the real one. */
export const LogTableHead = memo(function LogTableHead({
  form,
  order,
  plain = false,
}: {
  form: TableForm;
  order: Order;
  plain?: boolean;
}) {
  return (
    // The head as a whole, not each of its cells: what sticks is a layer of its own, which every frame has to put in place.
    <thead className="sticky top-0 z-10">
      <tr>
        {useColumns(form).map(({ id, label, zoned }) => (
          <th
            key={id}
            scope="col"
            aria-label={zoned && label}
            aria-sort={zoned && SORTED[order]}
            className="relative h-8 border-b border-border bg-muted px-2 text-left text-xs font-medium whitespace-nowrap text-muted-foreground first:px-1"
          >
            {id === "expand" ? (
              <span className="sr-only">{label}</span>
            ) : (
              <span className="flex items-center gap-1.5">
                {zoned && !plain ? <OrderToggle label={label} /> : label}
                {zoned && form !== "stacked" && (plain ? <PlainZone /> : <ZoneToggle />)}
              </span>
            )}
            {!plain && id !== "expand" && id !== "description" && <ResizeHandle id={id} />}
          </th>
        ))}
      </tr>
    </thead>
  );
});

export const LogColumnWidths = memo(function LogColumnWidths({ form }: { form: TableForm }) {
  const { layout } = useColumnLayout();
  return (
    <colgroup>
      {useColumns(form).map(({ id }) => (
        <col key={id} style={{ width: columnWidth(form, id, layout) }} />
      ))}
    </colgroup>
  );
});

function fromControl(event: MouseEvent<HTMLElement>): boolean {
  const control = event.target instanceof Element && event.target.closest("button, a, input, [data-narrow]") !== null;
  return control || window.getSelection()?.type === "Range";
}

/** As `rowHeightPx` says. */
const ROW_HEIGHT = "h-[49px] group-data-[rows=compact]/rows:h-9";

interface LogRowGroupProps {
  readonly event: LogItem;
  readonly index: number;
  readonly virtual: boolean;
  readonly columns: readonly LogColumn[];
  readonly ref: Ref<HTMLTableSectionElement>;
}

/** A row and its details, as one group. */
const LogRowGroup = memo(function LogRowGroup({ event, index, virtual, columns, ref }: LogRowGroupProps) {
  const { open: expanded, toggle } = useExpansion(event);
  if (isDamaged(event)) {
    return (
      <tbody ref={ref} data-index={index} className="group/row">
        <tr aria-rowindex={virtual ? index + 2 : undefined} className={ROW_HEIGHT}>
          <td colSpan={columns.length} className="border-border px-3 py-0 group-not-last/row:border-b">
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
          ROW_HEIGHT,
          "scroll-mt-9 scroll-mb-2 cursor-pointer hover:bg-muted focus-within:bg-muted",
          expanded && "bg-muted",
        )}
      >
        {columns.map(({ id, cell }) => (
          <td
            key={id}
            data-column={id}
            tabIndex={id === "expand" ? undefined : -1}
            className={cn(
              "relative overflow-hidden border-border px-2 py-0 text-sm leading-[1.125rem] -outline-offset-2 group-data-[rows=compact]/rows:leading-4 first:px-1 group-not-last/row:border-b",
              expanded && "border-b-0!",
              id === "expand" && isRefused(event.outcome) && "shadow-[inset_2px_0_0_var(--failure)]",
            )}
          >
            {cell(event)}
          </td>
        ))}
      </tr>
      {expanded && (
        <tr id={detailId(event)} className="bg-muted">
          <td
            colSpan={columns.length}
            className={cn(
              "border-border pt-2 pr-5 pb-6 pl-11 group-not-last/row:border-b",
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

function Gap({ height, columns }: { height: number; columns: number }) {
  if (height <= 0) return null;
  return (
    <tbody aria-hidden>
      <tr>
        <td colSpan={columns} className="p-0" style={{ height }} />
      </tr>
    </tbody>
  );
}

/** The rows of a table whose size the window scrolls over. */
export function LogTable({ rows, form }: { rows: Rows; form: TableForm }) {
  const [density] = useDensity();
  const drawn = useVirtualRows(rows, rowHeightPx(density));
  const columns = useColumns(form);
  const { layout } = useColumnLayout();
  const { order } = useLogPage().state;
  const table = useRef<HTMLTableElement>(null);
  const onKeyDown = useTableKeys(rows);
  useKeptFocus(table, rows);
  const scrolls = form === "scrolled";
  return (
    <>
      <div className={scrolls ? "overflow-x-auto" : "contents"}>
        <table
          style={scrolls ? { minWidth: `${tableWidth(form, layout)}rem` } : undefined}
          ref={table}
          data-slot="log-rows"
          data-rows={density}
          className="group/rows w-full table-fixed border-separate border-spacing-0"
          aria-rowcount={drawn.virtual ? rows.length + 1 : undefined}
          onFocus={drawn.onFocus}
          onKeyDown={onKeyDown}
        >
          <caption className="sr-only">Audit logs, {ORDER_WORDS[order]}</caption>
          <LogColumnWidths form={form} />
          <LogTableHead form={form} order={order} />
          <tbody ref={drawn.container} aria-hidden />
          {drawn.rows.map(({ index, gap }) => {
            const event = rows[index];
            if (event === undefined) return null;
            return (
              <Fragment key={eventKey(event)}>
                <Gap height={gap} columns={columns.length} />
                <LogRowGroup
                  ref={drawn.measure}
                  event={event}
                  index={index}
                  virtual={drawn.virtual}
                  columns={columns}
                />
              </Fragment>
            );
          })}
          <Gap height={drawn.gapAfter} columns={columns.length} />
        </table>
      </div>
      <Suspense>
        <CellTools container={table} rows={rows} />
      </Suspense>
    </>
  );
}
