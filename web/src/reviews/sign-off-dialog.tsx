import { type UseMutationResult, useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type RefObject, useRef, useState } from "react";
import { flushSync } from "react-dom";
import type { Total } from "../api/events.ts";
import { fieldMessage, problemOrNull } from "../api/problem.ts";
import { type NewReview, type Review, reviewsQuery, signOff } from "../api/reviews.ts";
import type { RecordedReview } from "../api/schema.ts";
import { positionText } from "../audit-logs/event/position.ts";
import { Scope } from "../audit-logs/filters/scope.tsx";
import type { FilterState } from "../audit-logs/filters/use-filters.ts";
import { useLogAccess } from "../audit-logs/log-access.ts";
import { LoadFailure, Refusal } from "../shell/failure.tsx";
import { countText } from "../text/count-text.ts";
import { Button } from "../ui/button.tsx";
import { Dialog, DialogActions } from "../ui/dialog.tsx";
import { Field, Textarea } from "../ui/field.tsx";
import { formText } from "../ui/form-text.ts";
import { Outcome } from "../ui/outcome.tsx";
import { Spinner } from "../ui/spinner.tsx";
import { reviewedFilters } from "./review-filters.ts";
import { Summary } from "./summary.tsx";
import { type ReviewSummary, useReviewSummary } from "./use-summary.ts";

const FIELDS = ["/note"];
/** What the server takes. */
const NOTE_MAX = 4000;

/** Signs off, and puts that first among the reviews that are known: search may not have it for a moment yet. */
function useSignOff(onSignedOff: () => void): UseMutationResult<RecordedReview, Error, NewReview> {
  const { request, organization, member } = useLogAccess();
  const queries = useQueryClient();
  return useMutation<RecordedReview, Error, NewReview>({
    mutationFn: (review) => signOff(organization.id, review),
    onSuccess: async ({ id, reviewed_at: at, count }, { as_of: asOf, since, filters, note, view }) => {
      const review: Review = { id, at, count, asOf, since, filters, note, view, reviewer: member?.name ?? "You" };
      const { queryKey } = reviewsQuery(request, organization.id);
      // An answer that is on its way was read before the sign-off, and would replace what is put here.
      await queries.cancelQueries({ queryKey });
      queries.setQueryData(queryKey, (known) => known && [review, ...known]);
      if (queries.getQueryData(queryKey) === undefined) void queries.invalidateQueries({ queryKey });
      onSignedOff();
    },
  });
}

/** What the page's filters cover, as of when the dialog was opened: the page may be refreshed behind it. */
function useReviewed(state: FilterState, position: string, view: string | undefined): NewReview {
  const { filters, clock } = state;
  const asOf = useRef(filters.as_of ?? position).current;
  const { since } = filters;
  return {
    as_of: asOf,
    ...(since !== undefined && { since }),
    filters: reviewedFilters(filters, clock),
    ...(view !== undefined && { view }),
  };
}

function SignedOff({ review: { count, id } }: { review: RecordedReview }) {
  return (
    <>
      Signed off: {countText({ value: count, relation: "eq" })}. The sign-off is an event of these logs:
      <span className="block font-mono text-xs leading-5 break-all text-muted-foreground">{id}</span>
    </>
  );
}

interface SummaryStepProps {
  readonly summary: ReviewSummary | undefined;
  readonly error: Error | null;
  readonly note: RefObject<HTMLTextAreaElement | null>;
}

function SummaryStep({ summary, error, note }: SummaryStepProps) {
  return (
    <>
      {summary && <Summary summary={summary} />}
      <Refusal error={error} fields={FIELDS} />
      <Field
        label="Note"
        hint="What you looked for and what you found. You cannot change it later."
        error={fieldMessage(problemOrNull(error), "/note")}
      >
        {(control) => <Textarea {...control} ref={note} name="note" rows={3} maxLength={NOTE_MAX} />}
      </Field>
    </>
  );
}

export interface SignOffProps {
  readonly state: FilterState;
  /** What the rows were read as of. */
  readonly position: string;
  readonly finalFocus: RefObject<HTMLElement | null>;
  readonly onClose: () => void;
  readonly onSignedOff: () => void;
}

interface SignOffDialogProps extends SignOffProps {
  /** The name of the saved view that the page shows. */
  readonly view: string | undefined;
}

/** Signs off what the page's filters cover, as of what it shows: first what that is, then who did what in it. Then says what was recorded. */
export function SignOffDialog(props: SignOffDialogProps) {
  const { state, position, view, finalFocus, onClose, onSignedOff } = props;
  const outcome = useRef<HTMLDivElement>(null);
  const next = useRef<HTMLButtonElement>(null);
  const note = useRef<HTMLTextAreaElement>(null);
  const [step, setStep] = useState<"scope" | "summary">("scope");
  const review = useReviewed(state, position, view);
  // What came live since is shown, and not signed off.
  const read = state.filters.as_of === undefined ? "when this page last read it" : "as this page shows it";
  const summary = useReviewSummary(review);
  const { mutate, data, error, isPending } = useSignOff(() => {
    onSignedOff();
    outcome.current?.focus();
  });
  const go = (to: typeof step) => {
    flushSync(() => setStep(to));
    (to === "summary" ? note : next).current?.focus();
  };
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (step === "scope") return go("summary");
    const text = formText(event.currentTarget, "note").trim();
    if (!isPending) mutate({ ...review, ...(text !== "" && { note: text }) });
  };
  const total: Total | undefined = summary.data && { value: summary.data.count, relation: "eq" };
  return (
    <Dialog open onOpenChange={onClose} title="Mark as reviewed" initialFocus={next} finalFocus={finalFocus}>
      <Outcome ref={outcome}>{data && <SignedOff review={data} />}</Outcome>
      {data ? (
        <DialogActions>
          <Button onClick={onClose}>Done</Button>
        </DialogActions>
      ) : (
        <form onSubmit={submit} className="flex flex-col gap-4">
          <p className="text-xs text-muted-foreground">Step {step === "scope" ? "1" : "2"} of 2</p>
          {step === "scope" && (
            <Scope
              state={state}
              total={total}
              view={review.view}
              asOf={`position ${positionText(review.as_of)} of the log, ${read}`}
            />
          )}
          {summary.error && (
            <LoadFailure what="The summary" error={summary.error} onRetry={() => void summary.refetch()} kept={false} />
          )}
          {step === "summary" && <SummaryStep summary={summary.data} error={error} note={note} />}
          <DialogActions>
            <Button variant="outline" onClick={step === "scope" ? onClose : () => go("scope")}>
              {step === "scope" ? "Cancel" : "Back"}
            </Button>
            <Button type="submit" ref={next} aria-disabled={isPending}>
              {isPending && <Spinner />} {step === "scope" ? "Next: summary" : "Sign off"}
            </Button>
          </DialogActions>
        </form>
      )}
    </Dialog>
  );
}
