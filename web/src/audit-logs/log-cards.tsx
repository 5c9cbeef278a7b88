import { FlexRender } from "@tanstack/react-table";
import { Ellipsis } from "lucide-react";
import { Fragment, memo, type Ref, useRef } from "react";
import { Button } from "../ui/button.tsx";
import { cn } from "../ui/cn.ts";
import { arrivedNow } from "./arrived-now.ts";
import { CellTools } from "./cell-tools.tsx";
import { DamagedEntry } from "./damaged-entry.tsx";
import { detailId, useExpansion } from "./expansion-context.ts";
import { DetailRoom } from "./lazy-detail.tsx";
import type { LogRow } from "./log-table.tsx";
import { LogDetail } from "./preloaded-detail.ts";
import { isRefused } from "./refused.ts";
import { useKeptFocus } from "./use-kept-focus.ts";
import { useTableKeys } from "./use-table-keys.ts";
import { useVirtualRows } from "./virtual-rows.ts";
import { useZone } from "./zone-context.ts";

const CARD_HEIGHT_PX = 210;

interface LogCardProps {
  readonly row: LogRow;
  readonly index: number;
  readonly ref: Ref<HTMLLIElement>;
}

const LogCard = memo(function LogCard({ row, index, ref }: LogCardProps) {
  const cells = row.getAllCells();
  const placed = (place: string) => cells.filter((cell) => cell.column.columnDef.meta?.card === place);
  const event = row.original;
  const { open: expanded } = useExpansion(event);
  const { format, suffix } = useZone();
  if (event.damaged !== undefined) {
    return (
      <li ref={ref} data-index={index} className="border-b border-border px-4 py-3.5">
        <DamagedEntry reason={event.damaged} sequence={event.sequence} />
      </li>
    );
  }
  return (
    <li
      ref={ref}
      data-index={index}
      className={cn(
        "border-b border-border px-4 pt-1.5 pb-3.5 text-sm",
        isRefused(event.outcome) && "shadow-[inset_2px_0_0_var(--failure)]",
        arrivedNow(event) && "animate-arrive",
      )}
    >
      <div className="flex items-center justify-between gap-3">
        {placed("start").map((cell) => (
          <FlexRender key={cell.id} cell={cell} />
        ))}
        <span className="-mr-3 flex">
          <Button
            data-slot="row-menu"
            variant="ghost"
            size="icon"
            className="size-11"
            aria-haspopup="menu"
            aria-label={`Menu of ${event.action} at ${format(event.timestamp)}`}
          >
            <Ellipsis aria-hidden />
          </Button>
          {placed("end").map((cell) => (
            <FlexRender key={cell.id} cell={cell} />
          ))}
        </span>
      </div>
      <div className="flex flex-col gap-1">
        {placed("body").map((cell) => (
          <div key={cell.id} className={cell.column.id === "timestamp" ? "text-xs text-muted-foreground" : ""}>
            <FlexRender cell={cell} />
            {cell.column.columnDef.meta?.zoned && ` ${suffix(event.timestamp)}`}
          </div>
        ))}
      </div>
      <dl className="mt-3 grid grid-cols-[6.5rem_minmax(0,1fr)] items-center gap-y-1.5">
        {placed("line").map((cell) => (
          <Fragment key={cell.id}>
            <dt className="text-xs text-muted-foreground">{cell.column.columnDef.meta?.label}</dt>
            <dd className="min-w-0">
              <FlexRender cell={cell} />
            </dd>
          </Fragment>
        ))}
      </dl>
      {expanded && (
        <div id={detailId(event)} className="mt-4 border-t border-border pt-4">
          <DetailRoom>
            <LogDetail event={event} />
          </DetailRoom>
        </div>
      )}
    </li>
  );
});

export function LogCards({ rows }: { rows: readonly LogRow[] }) {
  const drawn = useVirtualRows(rows, CARD_HEIGHT_PX);
  const list = useRef<HTMLDivElement>(null);
  const onKeyDown = useTableKeys(rows);
  useKeptFocus(list, rows);
  return (
    <>
      <div ref={list} data-slot="log-rows">
        <ul ref={drawn.container} aria-label="Audit logs, newest first" onFocus={drawn.onFocus} onKeyDown={onKeyDown}>
          {drawn.rows.map(({ index, gap }) => {
            const row = rows[index];
            if (row === undefined) return null;
            return (
              <Fragment key={row.id}>
                {gap > 0 && <li aria-hidden style={{ height: gap }} />}
                <LogCard ref={drawn.measure} row={row} index={index} />
              </Fragment>
            );
          })}
          {drawn.gapAfter > 0 && <li aria-hidden style={{ height: drawn.gapAfter }} />}
        </ul>
      </div>
      <CellTools container={list} rows={rows} />
    </>
  );
}
