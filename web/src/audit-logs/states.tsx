import { CircleAlert, Hourglass } from "lucide-react";
import type { ReactNode } from "react";
import type { Problem } from "../api/problem.ts";
import { sentence } from "../text/sentence.ts";
import { Button } from "../ui/button.tsx";
import { Banner, Notice, RequestId } from "../ui/notice.tsx";
import { Spinner } from "../ui/spinner.tsx";

/** Search is away, is rebuilding or has not read enough of the log, as the problem says. The same question is asked again meanwhile. */
export function SearchNotReady({ problem, inPlaceOfRows }: { problem: Problem; inPlaceOfRows: boolean }) {
  const text = `${sentence(problem.message)} This page asks again by itself.`;
  if (!inPlaceOfRows) {
    return (
      <Banner tone="caution" icon={Hourglass}>
        {text}
      </Banner>
    );
  }
  return (
    <Notice icon={Hourglass} title="Search is not ready" role="status">
      <p className="mt-2 text-pretty text-muted-foreground">{text}</p>
      <p className="mt-5 text-muted-foreground">
        <Spinner />
      </p>
    </Notice>
  );
}

interface FailureProps {
  readonly problem: Problem;
  readonly onRetry: () => void;
  /** What is still on the page; undefined when there is nothing. */
  readonly kept: string | undefined;
}

export function Failure({ problem, onRetry, kept }: FailureProps) {
  const faults = problem.errors
    .map(({ pointer, message }) => `${pointer} ${message}`)
    // The problem's own sentence is the first of them.
    .filter((fault) => !problem.message.startsWith(fault))
    .join("; ");
  const retry: ReactNode = (
    <Button variant="outline" size={kept ? "small" : "default"} onClick={onRetry}>
      Retry
    </Button>
  );
  if (kept === undefined) {
    return (
      <Notice icon={CircleAlert} title="The audit logs could not be loaded" role="alert">
        <p className="mt-2 break-words text-muted-foreground">
          {problem.message}
          {faults && ` (${faults})`}
        </p>
        <div className="mt-5 mb-3">{retry}</div>
        <RequestId id={problem.requestId} />
      </Notice>
    );
  }
  return (
    <Banner tone="failure" icon={CircleAlert} actions={retry}>
      <strong className="font-semibold">{sentence(problem.message)}</strong> {faults && `(${faults}) `}
      {kept} <RequestId id={problem.requestId} />
    </Banner>
  );
}
