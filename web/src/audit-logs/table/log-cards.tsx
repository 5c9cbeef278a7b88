import { Ellipsis } from "lucide-react";
import { Fragment, memo, type Ref, Suspense, useRef } from "react";
import { isDamaged } from "../../api/damaged.ts";
import type { LoggedEvent, LogItem } from "../../api/events.ts";
import { Button } from "../../ui/button.tsx";
import { cn } from "../../ui/cn.ts";
import { DetailRoom } from "../detail/lazy-detail.tsx";
import { LogDetail } from "../detail/preloaded-detail.ts";
import { isRefused } from "../event/refused.ts";
import { useLogPage } from "../log-context.ts";
import { useZone } from "../time/zone-context.ts";
import { arrivedNow } from "./arrived-now.ts";
import { CellTools } from "./cell-tools/preloaded-tools.ts";
import { CELL_TEXT_MAX } from "./cells.tsx";
import { columnsOf } from "./columns.tsx";
import { DamagedEntry } from "./damaged-entry.tsx";
import { detailId, eventKey, useExpansion } from "./expansion-context.ts";
import { ORDER_WORDS } from "./order.ts";
import type { Rows } from "./rows.ts";
import { useKeptFocus } from "./use-kept-focus.ts";
import { useTableKeys } from "./use-table-keys.ts";
import { useVirtualRows } from "./virtual-rows.ts";

const CARD_HEIGHT_PX = 210;

/** Details have the whole width, and so has the card beside them: half a line would be empty. */
const PAIR =
  "grid has-[>[data-expanded]]:grid-cols-1 not-has-[>[data-expanded]]:grid-cols-2 not-has-[>[data-expanded]]:[&>*+*]:border-l";

interface LogCardProps {
  readonly event: LogItem;
  readonly index: number;
  readonly ref?: Ref<HTMLDivElement>;
}

function placed(place: string) {
  return columnsOf("cards").filter(({ card }) => card === place);
}

function CardHead({ event }: { event: LoggedEvent }) {
  const { format } = useZone();
  return (
    <div className="flex items-center justify-between gap-3">
      {placed("start").map(({ id, cell }) => (
        <Fragment key={id}>{cell(event)}</Fragment>
      ))}
      <span className="-mr-3 flex items-center">
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
        {placed("end").map(({ id, cell }) => (
          <Fragment key={id}>{cell(event)}</Fragment>
        ))}
      </span>
    </div>
  );
}

const LogCard = memo(function LogCard({ event, index, ref }: LogCardProps) {
  const { open: expanded } = useExpansion(event);
  const { suffix } = useZone();
  if (isDamaged(event)) {
    return (
      // biome-ignore lint/a11y/useSemanticElements: in a list of pairs a line is between a list and its items.
      <div ref={ref} role="listitem" data-index={index} className="border-b border-border px-4 py-3.5">
        <DamagedEntry reason={event.damaged} sequence={event.sequence} />
      </div>
    );
  }
  // Once the card is open, all of a description is in its cell; of a longer one the beginning, and all of it in the details.
  const described = (event.description ?? "").length <= CELL_TEXT_MAX;
  return (
    // biome-ignore lint/a11y/useSemanticElements: in a list of pairs a line is between a list and its items.
    <div
      ref={ref}
      role="listitem"
      data-index={index}
      data-expanded={expanded || undefined}
      className={cn(
        "min-w-0 border-b border-border px-4 pt-1.5 pb-3.5 text-sm",
        isRefused(event.outcome) && "shadow-[inset_2px_0_0_var(--failure)]",
        arrivedNow(event) && "animate-arrive",
      )}
    >
      <CardHead event={event} />
      <div className="flex flex-col gap-1">
        {placed("body").map(({ id, zoned, cell }) => (
          <div
            key={id}
            className={cn(
              id === "timestamp" && "text-xs text-muted-foreground",
              expanded && described && id === "description" && "*:line-clamp-none",
            )}
          >
            {cell(event)}
            {zoned && ` ${suffix(event.timestamp)}`}
          </div>
        ))}
      </div>
      <dl className="mt-3 grid grid-cols-[6.5rem_minmax(0,1fr)] items-center gap-y-1.5">
        {placed("line").map(({ id, label, cell }) => (
          <Fragment key={id}>
            <dt className="text-xs text-muted-foreground">{label}</dt>
            <dd className="min-w-0">{cell(event)}</dd>
          </Fragment>
        ))}
      </dl>
      {expanded && (
        <div id={detailId(event)} className="mt-4 border-t border-border pt-4">
          <DetailRoom>
            <LogDetail event={event} described={described} />
          </DetailRoom>
        </div>
      )}
    </div>
  );
});

/** @param perLine so many cards are side by side. */
export default function LogCards({ rows, perLine }: { rows: Rows; perLine: 1 | 2 }) {
  const drawn = useVirtualRows(rows, CARD_HEIGHT_PX, perLine);
  const list = useRef<HTMLDivElement>(null);
  const { order } = useLogPage().state;
  const onKeyDown = useTableKeys(rows);
  useKeptFocus(list, rows);
  const line = (from: number) => rows.slice(from, from + perLine).map((event, at) => ({ event, index: from + at }));
  return (
    <>
      <div ref={list} data-slot="log-rows">
        {/* biome-ignore lint/a11y/useSemanticElements: in a list of pairs a line is between a list and its items. */}
        <div
          ref={drawn.container}
          role="list"
          aria-label={`Audit logs, ${ORDER_WORDS[order]}`}
          onFocus={drawn.onFocus}
          onKeyDown={onKeyDown}
        >
          {drawn.rows.map(({ key, index, gap }) => (
            <Fragment key={key}>
              {gap > 0 && <div aria-hidden style={{ height: gap }} />}
              {perLine === 1 ? (
                line(index).map((one) => <LogCard key={eventKey(one.event)} ref={drawn.measure} {...one} />)
              ) : (
                <div ref={drawn.measure} data-line={index} className={PAIR}>
                  {line(index * perLine).map((one) => (
                    <LogCard key={eventKey(one.event)} {...one} />
                  ))}
                </div>
              )}
            </Fragment>
          ))}
          {drawn.gapAfter > 0 && <div aria-hidden style={{ height: drawn.gapAfter }} />}
        </div>
      </div>
      <Suspense>
        <CellTools container={list} rows={rows} />
      </Suspense>
    </>
  );
}
