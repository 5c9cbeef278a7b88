import { CircleAlert } from "lucide-react";
import { sentence } from "../../text/sentence.ts";
import { Button } from "../../ui/button.tsx";
import { Banner, RequestId } from "../../ui/notice.tsx";
import type { Exporting } from "./use-export.ts";

interface ExportFailureProps {
  readonly exporting: Exporting;
  /** Whether it can be put away; it goes with what it is in otherwise. */
  readonly dismissible: boolean;
}

/** Why the last export did not work. */
export default function ExportFailure({ exporting: { state, retry, dismiss }, dismissible }: ExportFailureProps) {
  if (state.phase !== "failed") return null;
  return (
    <Banner
      tone="failure"
      icon={CircleAlert}
      actions={
        <>
          <Button variant="outline" size="small" onClick={retry}>
            Retry
          </Button>
          {dismissible && (
            <Button variant="ghost" size="small" onClick={dismiss}>
              Dismiss
            </Button>
          )}
        </>
      }
    >
      The export failed. {sentence(state.problem.message)} No file was saved. <RequestId id={state.problem.requestId} />
    </Banner>
  );
}
