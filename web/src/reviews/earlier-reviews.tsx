import type { RefObject } from "react";
import type { Review } from "../api/reviews.ts";
import type { FilterState } from "../audit-logs/filters/use-filters.ts";
import { useZone } from "../audit-logs/time/zone-context.ts";
import { LoadFailure } from "../shell/failure.tsx";
import { countText } from "../text/count-text.ts";
import { Button } from "../ui/button.tsx";
import { Dialog, DialogActions } from "../ui/dialog.tsx";
import { Spinner } from "../ui/spinner.tsx";
import { VisibleText } from "../ui/visible-text.tsx";
import { filtersOfReview, filtersSince, zoneOfReview } from "./review-filters.ts";
import { useReviews } from "./use-reviews.ts";

function ReviewRow({ review, onShow, onSince }: { review: Review; onShow: () => void; onSince: () => void }) {
  const { format, suffix } = useZone();
  const { reviewer, at, count, note, view } = review;
  return (
    <li className="flex flex-col gap-1 px-2 py-2.5">
      <p className="text-sm">
        <strong className="font-medium">
          <VisibleText value={reviewer} />
        </strong>
        , <span className="tabular-nums">{countText({ value: count, relation: "eq" })}</span>
        {view !== undefined && (
          <>
            {" "}
            of the view “<VisibleText value={view} />”
          </>
        )}
      </p>
      <p className="text-xs text-muted-foreground tabular-nums">
        {format(at)} {suffix(at)}
      </p>
      {note && (
        <p className="text-sm whitespace-pre-wrap [overflow-wrap:anywhere]">
          <VisibleText value={note} keepLineBreaks />
        </p>
      )}
      <div className="mt-1 flex flex-wrap gap-2">
        <Button variant="outline" size="small" onClick={onShow}>
          Show what was reviewed
        </Button>
        <Button variant="outline" size="small" onClick={onSince}>
          New since then
        </Button>
      </div>
    </li>
  );
}

interface EarlierReviewsProps {
  readonly state: FilterState;
  readonly finalFocus: RefObject<HTMLElement | null>;
  readonly onClose: () => void;
}

/** The latest sign-offs, and the way to what each of them saw. */
export default function EarlierReviews({ state, finalFocus, onClose }: EarlierReviewsProps) {
  const { data, error, isPending, refetch } = useReviews(true);
  const go = (filters: Parameters<FilterState["setAll"]>[0], zone?: string) => {
    state.setAll(filters, zone === undefined ? {} : { zone });
    onClose();
  };
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="Earlier reviews"
      description="The latest 50, newest first. Each is an event of these logs: choose the action audit_log.review for all of them."
      finalFocus={finalFocus}
    >
      {isPending && <Spinner />}
      {error && <LoadFailure what="The reviews" error={error} onRetry={() => void refetch()} kept={false} />}
      <ul aria-label="Earlier reviews" className="-mx-2 flex flex-col divide-y divide-border">
        {data?.map((review) => (
          <ReviewRow
            key={review.id}
            review={review}
            onShow={() => go(filtersOfReview(review), zoneOfReview(review))}
            onSince={() => go(filtersSince(review, state.clock))}
          />
        ))}
      </ul>
      <DialogActions>
        <Button variant="outline" onClick={onClose}>
          Close
        </Button>
      </DialogActions>
    </Dialog>
  );
}
