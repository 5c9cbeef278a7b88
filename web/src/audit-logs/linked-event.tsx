import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Link2Off, TriangleAlert, X } from "lucide-react";
import { type ReactNode, useCallback, useEffect, useRef, useState } from "react";
import { fetchEvent, type LoggedEvent } from "../api/events.ts";
import { asProblem, type Problem } from "../api/problem.ts";
import { sentence } from "../text/sentence.ts";
import { clip } from "../text/truncate.ts";
import { Button } from "../ui/button.tsx";
import { Card } from "../ui/card.tsx";
import { Banner, RequestId } from "../ui/notice.tsx";
import { VisibleText } from "../ui/visible-text.tsx";
import { useLogAccess } from "./access.ts";
import { ActionCell, CELL_TEXT_MAX, DescriptionCell, TimestampCell } from "./cells.tsx";
import { goToEvents } from "./commands.ts";
import { IntegrityLink } from "./damaged-entry.tsx";
import { eventKey, useAllExpansion } from "./expansion-context.ts";
import { DetailRoom } from "./lazy-detail.tsx";
import { LogDetail } from "./preloaded-detail.ts";
import { rowHeightPx } from "./table/density.ts";

const ID_SHOWN_MAX = 60;
/** A row that is not drawn yet comes within so many frames of scrolling to its place. */
const FRAMES_MAX = 30;

/** Brings a row into view and puts the focus on it; one far down is drawn only once the page is scrolled there. */
function showRow(index: number, frames = FRAMES_MAX): void {
  const list = document.querySelector<HTMLElement>("[data-slot=log-rows]");
  const row = list?.querySelector<HTMLElement>(`[data-index="${index}"]`);
  if (row) {
    row.querySelector<HTMLElement>("[data-slot=expand]")?.focus({ preventScroll: true });
    row.scrollIntoView({ block: "center" });
  } else if (list && frames > 0) {
    if (frames === FRAMES_MAX) {
      const top = list.getBoundingClientRect().top + window.scrollY;
      window.scrollTo({ top: top + index * rowHeightPx() - window.innerHeight / 2 });
    }
    requestAnimationFrame(() => showRow(index, frames - 1));
  }
}

interface LinkedEventProps {
  /** Undefined until the first answer. */
  readonly rows: readonly LoggedEvent[] | undefined;
}

/** Where an event stood when it was asked for; without `event` in no row. */
interface Place {
  readonly id: string;
  readonly index: number;
  readonly event: LoggedEvent | undefined;
}

function placeOf(id: string | undefined, rows: readonly LoggedEvent[] = []): Place | undefined {
  if (id === undefined) return undefined;
  const index = rows.findIndex((row) => row.id === id);
  return { id, index, event: rows[index] };
}

/** The event that the address names: opened where it stands among the rows, else shown above them by itself. */
export function LinkedEvent({ rows }: LinkedEventProps) {
  const { event: named } = useSearch({ strict: false }) as { event?: unknown };
  const wanted = typeof named === "string" && named !== "" ? named : undefined;
  // Once: rows that are read anew, or come later, neither take the event away from its reader nor lead back to it.
  const [place, setPlace] = useState<Place>();
  if (place?.id !== wanted && (wanted === undefined || rows !== undefined)) setPlace(placeOf(wanted, rows));
  const navigate = useNavigate();
  const close = useCallback(() => {
    // What is closed has the focus.
    goToEvents();
    void navigate({
      to: ".",
      search: (({ event: _event, ...others }: { event?: unknown }) => others) as never,
      replace: true,
      resetScroll: false,
    });
  }, [navigate]);
  if (place === undefined || place.id !== wanted) return null;
  const { id, index, event } = place;
  if (event) return <AmongRows key={id} event={event} index={index} />;
  return <ByItself key={id} id={id} onClose={close} />;
}

function AmongRows({ event, index }: { event: LoggedEvent; index: number }) {
  const expansion = useAllExpansion();
  const key = eventKey(event);
  const shown = useRef(false);
  useEffect(() => {
    // Once: rows that come later push it down, and the reader may have gone elsewhere.
    if (shown.current) return;
    shown.current = true;
    expansion.open(key);
    showRow(index);
  }, [expansion, key, index]);
  return null;
}

function ByItself({ id, onClose }: { id: string; onClose: () => void }) {
  const { request, key, organization } = useLogAccess();
  const { data, error, refetch } = useQuery({
    queryKey: ["event", key, organization.id, id],
    queryFn: ({ signal }) => fetchEvent(request, organization.id, id, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const problem = asProblem(error);
  if (problem) return <NotShown id={id} problem={problem} onRetry={() => void refetch()} onClose={onClose} />;
  if (data === undefined) return null;
  const brief = (data.description ?? "").length <= CELL_TEXT_MAX;
  return (
    <Frame onClose={onClose}>
      <div className="mb-4 flex flex-wrap items-center gap-x-4 gap-y-1.5">
        <TimestampCell event={data} />
        <ActionCell event={data} />
        {brief && (
          <span className="min-w-0">
            <DescriptionCell event={data} />
          </span>
        )}
      </div>
      <DetailRoom>
        <LogDetail event={data} described={brief} />
      </DetailRoom>
    </Frame>
  );
}

function Frame({ onClose, children }: { onClose: () => void; children: ReactNode }) {
  const frame = useRef<HTMLElement>(null);
  useEffect(() => {
    frame.current?.focus({ preventScroll: true });
    frame.current?.scrollIntoView({ block: "nearest" });
  }, []);
  return (
    <Card className="border-ring max-lg:-mx-4 max-lg:rounded-none max-lg:border-x-0">
      <section
        ref={frame}
        tabIndex={-1}
        aria-labelledby="linked-event"
        data-slot="linked-event"
        className="px-5 pt-2 pb-5 outline-none max-lg:px-4"
        onKeyDown={(key) => {
          if (key.key !== "Escape" || key.defaultPrevented) return;
          key.preventDefault();
          onClose();
        }}
      >
        <div className="mb-2 flex items-center justify-between">
          <h3 id="linked-event" className="text-sm font-semibold">
            Linked event
          </h3>
          <Button variant="ghost" size="icon" className="-mr-2" aria-label="Close the linked event" onClick={onClose}>
            <X aria-hidden />
          </Button>
        </div>
        {children}
      </section>
    </Card>
  );
}

function NotShown({
  id,
  problem,
  onRetry,
  onClose,
}: {
  id: string;
  problem: Problem;
  onRetry: () => void;
  onClose: () => void;
}) {
  const absent = problem.code === "not_found";
  const damaged = problem.code === "entry_damaged";
  return (
    <Banner
      tone={absent ? "caution" : "failure"}
      icon={damaged ? TriangleAlert : Link2Off}
      actions={
        <>
          {damaged && <IntegrityLink />}
          {!absent && !damaged && (
            <Button variant="outline" size="small" onClick={onRetry}>
              Retry
            </Button>
          )}
          <Button variant="ghost" size="small" onClick={onClose}>
            Close
          </Button>
        </>
      }
    >
      {absent && "There is no event with the id this link names, or you may not see it: "}
      {damaged && <strong className="font-semibold">This event cannot be shown: its entry is damaged. </strong>}
      {!absent && <VisibleText value={damaged ? `${sentence(problem.message)} ` : `${problem.message}: `} />}
      <code className="font-mono text-xs">
        <VisibleText value={clip(id, ID_SHOWN_MAX)} />
      </code>{" "}
      {!absent && <RequestId id={problem.requestId} />}
    </Banner>
  );
}
