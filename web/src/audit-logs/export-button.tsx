import { CircleAlert, Download, X } from "lucide-react";
import { useId } from "react";
import { Button } from "../ui/button.tsx";
import { Banner, RequestId } from "../ui/notice.tsx";
import { Spinner } from "../ui/spinner.tsx";
import type { ExportState, useExport } from "./use-export.ts";

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

interface ExportButtonProps {
  readonly exporting: ReturnType<typeof useExport>;
  readonly query: URLSearchParams | undefined;
  /** Why there is nothing to export; undefined when there is. */
  readonly reason: string | undefined;
  /** False until it is known whether there is anything to export. */
  readonly ready: boolean;
}

/** Downloads every event that the filters match, not only those on the page. */
export function ExportButton({ exporting: { state, start, cancel }, query, reason, ready }: ExportButtonProps) {
  const id = useId();
  const running = state.phase === "running";
  return (
    <div className="flex items-center gap-2.5 max-lg:flex-wrap">
      <span id={id} className="text-xs text-muted-foreground empty:hidden max-lg:order-last">
        {reason}
      </span>
      <span role="status" className="sr-only">
        {running && "Exporting"}
        {state.phase === "done" && `Saved as ${state.name}`}
      </span>
      <Button
        variant="outline"
        data-key="export"
        className="max-lg:flex-1"
        disabled={!ready || reason !== undefined || running}
        aria-describedby={reason === undefined ? undefined : id}
        onClick={() => query && void start(query)}
      >
        {running ? <Spinner /> : <Download aria-hidden />}
        Export CSV
        {running && <span className="text-muted-foreground tabular-nums">{megabytes(state.bytes)}</span>}
      </Button>
      {running && (
        <Button variant="ghost" size="icon" aria-label="Cancel the export" onClick={cancel}>
          <X aria-hidden />
        </Button>
      )}
    </div>
  );
}

export function ExportFailure({
  state,
  onDismiss,
  onRetry,
}: {
  state: ExportState;
  onDismiss: () => void;
  onRetry: () => void;
}) {
  if (state.phase !== "failed") return null;
  return (
    <Banner
      tone="failure"
      icon={CircleAlert}
      actions={
        <>
          <Button variant="outline" size="small" onClick={onRetry}>
            Retry
          </Button>
          <Button variant="ghost" size="small" onClick={onDismiss}>
            Dismiss
          </Button>
        </>
      }
    >
      The export failed: {state.problem.message}. No file was saved. <RequestId id={state.problem.requestId} />
    </Banner>
  );
}
