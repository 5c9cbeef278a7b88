import { useQuery } from "@tanstack/react-query";
import { Link2Off, TriangleAlert, X } from "lucide-react";
import { type ReactNode, useEffect, useRef } from "react";
import { fetchEvent } from "../../api/events.ts";
import { asProblem, type Problem } from "../../api/problem.ts";
import { sentence } from "../../text/sentence.ts";
import { clip } from "../../text/truncate.ts";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { Banner, RequestId } from "../../ui/notice.tsx";
import { VisibleText } from "../../ui/visible-text.tsx";
import { useLogAccess } from "../log-access.ts";
import { ActionCell, CELL_TEXT_MAX, DescriptionCell, TimestampCell } from "../table/cells.tsx";
import { IntegrityLink } from "../table/damaged-entry.tsx";
import { DetailRoom } from "./lazy-detail.tsx";
import { LogDetail } from "./preloaded-detail.ts";

const ID_SHOWN_MAX = 60;

/** The linked event above the rows, which do not hold it. */
export default function LinkedAlone({ id, onClose }: { id: string; onClose: () => void }) {
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
      {absent && "No event with this ID was found, or you don't have access to it: "}
      {damaged && <strong className="font-semibold">This event cannot be shown: its entry is damaged. </strong>}
      {!absent && <VisibleText value={damaged ? `${sentence(problem.message)} ` : `${problem.message}: `} />}
      <code className="font-mono text-xs">
        <VisibleText value={clip(id, ID_SHOWN_MAX)} />
      </code>{" "}
      {!absent && <RequestId id={problem.requestId} />}
    </Banner>
  );
}
