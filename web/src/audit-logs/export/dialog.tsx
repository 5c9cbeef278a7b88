import { CircleAlert } from "lucide-react";
import { type RefObject, Suspense, useEffect, useId, useRef, useState } from "react";
import type { Total } from "../../api/events.ts";
import { lazyOverlay } from "../../shell/lazy-part.tsx";
import { Button } from "../../ui/button.tsx";
import { ChoiceCard } from "../../ui/choice-card.tsx";
import { Dialog, DialogActions } from "../../ui/dialog.tsx";
import { Banner } from "../../ui/notice.tsx";
import { Outcome } from "../../ui/outcome.tsx";
import { VisibleText } from "../../ui/visible-text.tsx";
import { positionText } from "../event/position.ts";
import { Scope } from "../filters/scope.tsx";
import type { FilterState } from "../filters/use-filters.ts";
import { useLogAccess } from "../log-access.ts";
import ExportFailure from "./failure.tsx";
import { EXPORT_FORMATS, type ExportFormat, FORMATS } from "./formats.ts";
import { HandOff } from "./hand-off/hand-off.tsx";
import { canChooseFile, chooseFile } from "./save-picker.ts";
import { progressText } from "./text.ts";
import type { Exporting, ExportState } from "./use-export.ts";

const CoverSheet = lazyOverlay(() => import("./hand-off/cover-sheet.tsx"));

interface FormatChoiceProps {
  readonly value: ExportFormat;
  readonly disabled: boolean;
  readonly onChange: (format: ExportFormat) => void;
}

function FormatChoice({ value, disabled, onChange }: FormatChoiceProps) {
  const name = useId();
  return (
    <fieldset disabled={disabled} className="flex flex-col gap-1.5 disabled:opacity-60">
      <legend className="mb-1.5 text-xs font-medium text-muted-foreground">Format</legend>
      {EXPORT_FORMATS.map((format) => (
        <ChoiceCard
          key={format}
          type="radio"
          name={name}
          value={format}
          checked={value === format}
          onChange={() => onChange(format)}
          title={FORMATS[format].name}
          summary={FORMATS[format].summary}
          className="py-2"
        />
      ))}
    </fieldset>
  );
}

/** What a bundle proves depends on what is asked for. */
function ProofNote({ complete }: { complete: boolean }) {
  return (
    <p className="text-xs text-pretty text-muted-foreground">
      {complete
        ? "The range is the only filter, so the proof shows that nothing is missing or altered. May include extra events within that range."
        : "The proof shows that every event is authentic and unaltered. To prove that none is missing, clear all filters but the range."}
    </p>
  );
}

/** How far it is; out of how many only where that is known exactly. A bundle can hold more than what matches. */
function Running({ state, total }: { state: ExportState & { phase: "running" }; total: Total | undefined }) {
  const all = total?.relation === "eq" && total.value > 0 ? total.value : undefined;
  const percent = all === undefined || state.rows > all ? undefined : Math.round((state.rows / all) * 100);
  return (
    <div className="flex flex-col gap-1.5">
      <div
        role="progressbar"
        aria-label="Export"
        aria-valuenow={percent}
        aria-valuetext={progressText(state)}
        className="h-1.5 overflow-hidden rounded-full bg-accent"
      >
        <div
          className={percent === undefined ? "h-full w-1/3 animate-sweep bg-ring" : "h-full bg-ring"}
          style={percent === undefined ? undefined : { width: `${percent}%` }}
        />
      </div>
      <p className="text-xs text-muted-foreground tabular-nums">{progressText(state)} so far</p>
    </div>
  );
}

/** What only memory holds until the file is whole. */
function LargeNote({ total, canChoose }: { total: Total | undefined; canChoose: boolean }) {
  if (total?.relation !== "gte") return null;
  return (
    <p className="text-xs text-pretty text-muted-foreground">
      {canChoose
        ? "Large export: Save as… writes to disk during the export. With Download, your browser holds the whole file until it finishes."
        : "Large export: your browser holds the whole file until it finishes. For millions of events, use the API."}
    </p>
  );
}

interface BeginProps {
  readonly onClose: () => void;
  /** Undefined where the browser cannot write to a file that is chosen. */
  readonly onSaveAs: (() => void) | undefined;
  readonly onDownload: () => void;
}

function Begin({ onClose, onSaveAs, onDownload }: BeginProps) {
  return (
    <>
      <Button variant="outline" onClick={onClose}>
        Close
      </Button>
      {onSaveAs && (
        <Button variant="outline" onClick={onSaveAs}>
          Save as…
        </Button>
      )}
      <Button onClick={onDownload}>Download</Button>
    </>
  );
}

/** Exports to a file that is chosen first, and says why none could be. */
function useSaveAs({ start }: Exporting, organization: string) {
  const [pickerFault, setPickerFault] = useState<string>();
  const saveAs = async (query: URLSearchParams | undefined, format: ExportFormat) => {
    try {
      const file = await chooseFile(organization, format);
      setPickerFault(undefined);
      if (file && query) await start({ query, format, file });
    } catch (error) {
      setPickerFault(error instanceof Error ? error.message : String(error));
    }
  };
  return { saveAs, pickerFault };
}

function asOfText(position: string | undefined): string {
  return position === undefined ? "now, when it begins" : `position ${positionText(position)} of the log`;
}

interface ReportProps {
  readonly exporting: Exporting;
  readonly total: Total | undefined;
  readonly pickerFault: string | undefined;
  readonly onSheet: () => void;
}

/** How the export goes and what came of it. Comes into view by itself: a phone shows the formats alone at first. */
function Report({ exporting, total, pickerFault, onSheet }: ReportProps) {
  const { state } = exporting;
  const { console: inConsole } = useLogAccess();
  const place = useRef<HTMLDivElement>(null);
  const news = state.phase !== "idle" || pickerFault !== undefined;
  // biome-ignore lint/correctness/useExhaustiveDependencies: each phase shows something else.
  useEffect(() => {
    if (news) place.current?.scrollIntoView({ block: "nearest" });
  }, [news, state.phase]);
  return (
    <div ref={place} className="flex scroll-mb-20 flex-col gap-4 max-sm:scroll-mb-48">
      {state.phase === "running" && <Running state={state} total={total} />}
      <ExportFailure exporting={exporting} dismissible={false} />
      {pickerFault && (
        <Banner tone="failure" icon={CircleAlert}>
          The file could not be chosen: {pickerFault}
        </Banner>
      )}
      <Outcome>
        {state.phase === "done" && (
          <>
            {progressText(state)}, saved as <VisibleText value={state.name} />
          </>
        )}
      </Outcome>
      {state.phase === "done" && state.sealed && inConsole && <HandOff onSheet={onSheet} />}
      <p className="text-xs text-muted-foreground">This export will be logged.</p>
    </div>
  );
}

interface ExportDialogProps {
  readonly state: FilterState;
  readonly exporting: Exporting;
  readonly query: URLSearchParams | undefined;
  readonly total: Total | undefined;
  readonly finalFocus: RefObject<HTMLElement | null>;
  readonly onClose: () => void;
}

/** States what will be exported, then how it goes, then what was written. Closing it lets an export go on. */
export default function ExportDialog(props: ExportDialogProps) {
  const { state: filters, exporting, query, total, finalFocus, onClose } = props;
  const { state, start, cancel } = exporting;
  const { organization } = useLogAccess();
  const sealed = state.phase === "done" ? state.sealed : undefined;
  // Who comes back to it finds what they exported.
  const [format, setFormat] = useState<ExportFormat>(sealed ? "bundle" : "csv");
  const [onSheet, setOnSheet] = useState(false);
  const running = state.phase === "running";
  const canChoose = canChooseFile();
  const complete = filters.active.every((name) => ["start", "end", "range", "as_of"].includes(name));
  const { saveAs, pickerFault } = useSaveAs(exporting, organization.id);
  if (onSheet && state.phase === "done" && sealed) {
    return (
      <Suspense>
        <CoverSheet file={{ ...state, sealed }} onClose={() => setOnSheet(false)} />
      </Suspense>
    );
  }
  return (
    <Dialog open onOpenChange={onClose} title="Export audit logs" finalFocus={finalFocus}>
      <Scope state={filters} total={total} asOf={asOfText(filters.filters.as_of)} />
      <FormatChoice value={format} disabled={running} onChange={setFormat} />
      {format === "bundle" && <ProofNote complete={complete} />}
      <LargeNote total={total} canChoose={canChoose} />
      <Report exporting={exporting} total={total} pickerFault={pickerFault} onSheet={() => setOnSheet(true)} />
      <DialogActions>
        {running ? (
          <Button variant="outline" onClick={cancel}>
            Cancel export
          </Button>
        ) : (
          <Begin
            onClose={onClose}
            onSaveAs={canChoose ? () => void saveAs(query, format) : undefined}
            onDownload={() => query && void start({ query, format })}
          />
        )}
      </DialogActions>
    </Dialog>
  );
}
