import { CircleAlert } from "lucide-react";
import { asProblem } from "../api/problem.ts";
import { sentence } from "../text/sentence.ts";
import { Button } from "../ui/button.tsx";
import { Banner, Notice, RequestId } from "../ui/notice.tsx";

interface LoadFailureProps {
  /** What could not be loaded: "The members". */
  readonly what: string;
  readonly error: Error;
  readonly onRetry: () => void;
  /** Whether what was there before still is. */
  readonly kept: boolean;
}

export function LoadFailure({ what, error, onRetry, kept }: LoadFailureProps) {
  const problem = asProblem(error);
  const retry = (
    <Button variant="outline" size={kept ? "small" : "default"} onClick={onRetry}>
      Retry
    </Button>
  );
  if (kept) {
    return (
      <Banner tone="failure" icon={CircleAlert} actions={retry}>
        <strong className="font-semibold">{problem && sentence(problem.message)}</strong> You see the earlier data.{" "}
        <RequestId id={problem?.requestId} />
      </Banner>
    );
  }
  return (
    <Notice icon={CircleAlert} title={`${what} could not be loaded`} role="alert">
      <p className="mt-2 break-words text-muted-foreground">{problem?.message}</p>
      <div className="mt-5 mb-3">{retry}</div>
      <RequestId id={problem?.requestId} />
    </Notice>
  );
}

interface RefusalProps {
  readonly error: Error | null;
  /** Pointers of the form's fields, which say themselves what is wrong with them. */
  readonly fields?: readonly string[];
}

/** Why a form was not taken, as far as no field says it. */
export function Refusal({ error, fields = [] }: RefusalProps) {
  const problem = asProblem(error);
  if (problem === undefined || problem.errors.some(({ pointer }) => fields.includes(pointer))) return null;
  const wait = problem.retryAfterMs ? Math.ceil(problem.retryAfterMs / 1000) : undefined;
  const expected = problem.status >= 400 && problem.status < 500;
  return (
    <Banner tone="failure" icon={CircleAlert}>
      {problem.message}
      {wait !== undefined && ` (try again in ${wait} ${wait === 1 ? "second" : "seconds"})`}
      {!expected && (
        <span className="block">
          <RequestId id={problem.requestId} />
        </span>
      )}
    </Banner>
  );
}
