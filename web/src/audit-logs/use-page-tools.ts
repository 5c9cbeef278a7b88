import { type ReactNode, type RefObject, useCallback, useRef, useState } from "react";
import type { Total } from "../api/events.ts";
import { may } from "../shell/permissions.ts";
import { useStartHereCollapsed } from "../stories/remembered.ts";
import { useLogAccess } from "./access.ts";
import { type Exporting, useExport } from "./export/use-export.ts";
import type { FilterState } from "./filters/use-filters.ts";
import type { LiveState } from "./live/use-live.ts";
import { withArrived } from "./table/use-rows.ts";
import type { EventsState } from "./use-events.ts";

export type PageDialog = "export" | "sign_off" | "save_view" | "manage_views" | "earlier_reviews" | undefined;

/** Opens a dialog. @param from what gets the focus back; by default what has it now. */
type Open = (from?: HTMLElement | null) => void;

/** What is done with all that the filters match: exporting, signing off, keeping them under a name, and the ways to begin. */
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
  readonly dialog: PageDialog;
  readonly opener: RefObject<HTMLElement | null>;
  /** Opens what is always there. @param from what gets the focus back; by default what has it now. */
  readonly open: (dialog: "save_view" | "manage_views" | "earlier_reviews", from?: HTMLElement | null) => void;
  readonly close: () => void;
  /** Absent where one may not, or there is nothing to export. */
  readonly openExport: Open | undefined;
  /** Absent where one may not, or there is nothing to sign off. */
  readonly openSignOff: Open | undefined;
  /** What was just done, until it is dismissed. */
  readonly said: ReactNode;
  readonly say: (what: ReactNode) => void;
  /** Reviewing a period, step by step. */
  readonly period: {
    readonly open: boolean;
    readonly setOpen: (open: boolean) => void;
    readonly signedOff: boolean;
    readonly noteSignedOff: () => void;
    readonly exported: boolean;
  };
  readonly startHere: { readonly collapsed: boolean; readonly setCollapsed: (collapsed: boolean) => void };
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
  const [dialog, setDialog] = useState<PageDialog>();
  const [said, say] = useState<ReactNode>();
  const [inPeriod, setInPeriod] = useState(false);
  /** The query that was signed off last. */
  const [signedOff, setSignedOff] = useState<string>();
  const [collapsed, setCollapsed] = useStartHereCollapsed();
  const opener = useRef<HTMLElement>(null);
  const open = useCallback((which: PageDialog, from = document.activeElement as HTMLElement | null) => {
    opener.current = from;
    setDialog(which);
  }, []);
  const opens = (which: PageDialog): Open => {
    return (from) => open(which, from);
  };
  const total = events.stale || query === undefined ? undefined : events.total;
  const matching = withArrived(total, live.arrived.length);
  const { position } = events;
  const mayExport = may(access, "audit_log.export") && matching !== undefined && matching.value > 0;
  const maySignOff = access.member !== undefined && may(access, "audit_log.review");
  const of = query?.toString();
  return {
    state,
    query,
    total,
    matching,
    position,
    exporting,
    dialog,
    opener,
    open,
    close: useCallback(() => setDialog(undefined), []),
    openExport: mayExport ? opens("export") : undefined,
    openSignOff: maySignOff && position !== undefined && query !== undefined ? opens("sign_off") : undefined,
    said,
    say,
    period: {
      open: inPeriod,
      setOpen: setInPeriod,
      signedOff: of !== undefined && signedOff === of,
      noteSignedOff: () => setSignedOff(of),
      exported: exporting.state.phase === "done" && exporting.state.of === of,
    },
    startHere: { collapsed, setCollapsed },
  };
}
