import { type ReactNode, type RefObject, useCallback, useRef, useState } from "react";
import type { Total } from "../api/events.ts";
import { may } from "../shell/permissions.ts";
import { type Exporting, useExport } from "./export/use-export.ts";
import type { FilterState } from "./filters/use-filters.ts";
import type { LiveState } from "./live/use-live.ts";
import { useLogAccess } from "./log-access.ts";
import { withArrived } from "./table/use-rows.ts";
import type { EventsState } from "./use-events.ts";

/** Opens a dialog. @param from what gets the focus back; by default what has it now. */
export type Open = (from?: HTMLElement | null) => void;

/** What can be done with all that the filters match, and what is open for it. */
export interface PageTools {
  readonly state: FilterState;
  /** Undefined while there is nothing to ask. */
  readonly query: URLSearchParams | undefined;
  /** Of these filters as the rows were read; undefined until it is known. */
  readonly total: Total | undefined;
  /** The same with what arrived live since: what an export has. */
  readonly matching: Total | undefined;
  /** What the rows were read as of; undefined until they are there. */
  readonly position: string | undefined;
  readonly exporting: Exporting;
  /** Which dialog lies over the page; each feature names its own. */
  readonly dialog: string | undefined;
  readonly opener: RefObject<HTMLElement | null>;
  /** @param from what gets the focus back; by default what has it now. */
  readonly open: (dialog: string, from?: HTMLElement | null) => void;
  readonly close: () => void;
  /** Absent where one cannot, or there is nothing to export. */
  readonly openExport: Open | undefined;
  /** What was just done, until it is dismissed. */
  readonly said: ReactNode;
  readonly say: (what: ReactNode) => void;
}

interface Sources {
  readonly state: FilterState;
  readonly query: URLSearchParams | undefined;
  readonly events: EventsState;
  readonly live: Pick<LiveState, "arrived">;
}

export function usePageTools({ state, query, events, live }: Sources): PageTools {
  const access = useLogAccess();
  const exporting = useExport();
  const [dialog, setDialog] = useState<string>();
  const [said, say] = useState<ReactNode>();
  const opener = useRef<HTMLElement>(null);
  const open = useCallback((which: string, from = document.activeElement as HTMLElement | null) => {
    opener.current = from;
    setDialog(which);
  }, []);
  const total = events.stale || query === undefined ? undefined : events.total;
  const matching = withArrived(total, live.arrived.length);
  const mayExport = may(access, "audit_log.export") && matching !== undefined && matching.value > 0;
  return {
    state,
    query,
    total,
    matching,
    position: events.position,
    exporting,
    dialog,
    opener,
    open,
    close: useCallback(() => setDialog(undefined), []),
    openExport: mayExport ? (from) => open("export", from) : undefined,
    said,
    say,
  };
}
