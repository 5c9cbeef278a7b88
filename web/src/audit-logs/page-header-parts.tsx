import { Suspense } from "react";
import { lazyOverlay, lazyPart } from "../shell/lazy-part.tsx";
import { may } from "../shell/permissions.ts";
import { Toast } from "../ui/toast.tsx";
import { VisibleText } from "../ui/visible-text.tsx";
import { ExportButton } from "./export/button.tsx";
import { progressText } from "./export/text.ts";
import { useLogAccess } from "./log-access.ts";
import type { PageTools } from "./use-page-tools.ts";

const ExportFailure = lazyPart(() => import("./export/failure.tsx"));
const ExportDialog = lazyOverlay(() => import("./export/dialog.tsx"));

/** Absent where one cannot. */
export function Export({ tools, backwards }: { tools: PageTools; backwards: boolean }) {
  const access = useLogAccess();
  const { exporting, query, matching, openExport } = tools;
  if (!may(access, "audit_log.export")) return null;
  const nothing = backwards || matching?.value === 0 ? "Nothing to export: no logs match" : undefined;
  return (
    <ExportButton
      exporting={exporting}
      query={query}
      reason={nothing}
      ready={matching !== undefined && !backwards}
      onOptions={(button) => openExport?.(button)}
    />
  );
}

/** What went wrong with an export, unless its dialog says so. */
export function ExportBanner({ tools: { exporting, dialog } }: { tools: PageTools }) {
  return (
    <Suspense>
      {dialog !== "export" && exporting.state.phase === "failed" && <ExportFailure exporting={exporting} dismissible />}
    </Suspense>
  );
}

/** The export's dialog, and what is said in the corner of the page. */
export function PageOverlays({ tools }: { tools: PageTools }) {
  const { state, query, matching, exporting, dialog, opener, close, said, say } = tools;
  const exported = exporting.state.phase === "done" && dialog !== "export" ? exporting.state : undefined;
  const dismiss = () => {
    say(undefined);
    if (exported) exporting.dismiss();
  };
  return (
    <>
      <Suspense>
        {dialog === "export" && (
          <ExportDialog
            state={state}
            exporting={exporting}
            query={query}
            total={matching}
            finalFocus={opener}
            onClose={close}
          />
        )}
      </Suspense>
      <Toast onDismiss={dismiss}>
        {said ??
          (exported && (
            <>
              Exported {progressText(exported)}: <VisibleText value={exported.name} />
            </>
          ))}
      </Toast>
    </>
  );
}
