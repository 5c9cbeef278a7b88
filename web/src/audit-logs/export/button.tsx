import { ChevronDown, Download, X } from "lucide-react";
import { useId } from "react";
import { Button } from "../../ui/button.tsx";
import { cn } from "../../ui/cn.ts";
import { Spinner } from "../../ui/spinner.tsx";
import { sizeText } from "./text.ts";
import type { Exporting } from "./use-export.ts";

interface ExportButtonProps {
  readonly exporting: Exporting;
  readonly query: URLSearchParams | undefined;
  /** Why there is nothing to export; undefined when there is. */
  readonly reason: string | undefined;
  /** False until it is known whether there is anything to export. */
  readonly ready: boolean;
  /** Opens the options. @param button gets the focus back. */
  readonly onOptions: (button: HTMLElement) => void;
}

/** Downloads every event that the filters match, not only those on the page; the smaller button asks first how. */
export function ExportButton({ exporting, query, reason, ready, onOptions }: ExportButtonProps) {
  const { state, start, cancel } = exporting;
  const id = useId();
  const running = state.phase === "running";
  const disabled = !ready || reason !== undefined;
  const described = reason === undefined ? undefined : id;
  return (
    <div title={reason} className="flex items-center gap-2.5 max-lg:gap-1">
      <span id={id} className="sr-only">
        {reason}
      </span>
      <span role="status" className="sr-only">
        {running && "Exporting"}
      </span>
      <div className="flex min-w-0 max-lg:flex-1">
        <Button
          variant="outline"
          data-key="export"
          className={cn("rounded-r-none max-lg:flex-1", running && "max-lg:rounded-r-md")}
          disabled={disabled}
          // Not disabled: it would lose the focus.
          aria-disabled={running}
          aria-describedby={described}
          onClick={() => running || (query && void start({ query, format: "csv" }))}
        >
          {running ? <Spinner /> : <Download aria-hidden />}
          {/* A phone has room for the name or for how far it is. */}
          <span className={running ? "max-lg:sr-only" : undefined}>Export CSV</span>
          {running && <span className="text-muted-foreground tabular-nums">{sizeText(state.bytes)}</span>}
        </Button>
        <Button
          variant="outline"
          size="icon"
          className={cn("-ml-px w-8 rounded-l-none max-lg:w-11", running && "max-lg:hidden")}
          aria-label="Formats and details"
          aria-haspopup="dialog"
          title="Formats and details"
          disabled={disabled}
          aria-describedby={described}
          onClick={(event) => onOptions(event.currentTarget)}
        >
          <ChevronDown aria-hidden />
        </Button>
      </div>
      {running && (
        <Button variant="ghost" size="icon" aria-label="Cancel the export" onClick={cancel}>
          <X aria-hidden />
        </Button>
      )}
    </div>
  );
}
