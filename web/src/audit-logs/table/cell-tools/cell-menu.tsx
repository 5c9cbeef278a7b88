import { Menu } from "@base-ui/react/menu";
import { Link } from "@tanstack/react-router";
import { Clock, Copy, History, ListFilter, ListX, type LucideIcon, PanelRight, UserRound } from "lucide-react";
import { Fragment, type RefObject } from "react";
import type { LoggedEvent } from "../../../api/events.ts";
import { clip } from "../../../text/truncate.ts";
import { MenuItem, MenuSeparator } from "../../../ui/menu.tsx";
import { VisibleText } from "../../../ui/visible-text.tsx";
import { useLogPage } from "../../log-context.ts";
import { type Pivot, type PivotColumn, pivotsOf } from "./pivots.ts";

const ICONS: Record<Pivot["kind"], LucideIcon> = {
  filter: ListFilter,
  exclude: ListX,
  around: Clock,
  user: UserRound,
  resource: History,
  about: PanelRight,
  copy: Copy,
};

/** Longer labels are cut; the item still does what it says for the whole value. */
const LABEL_MAX = 48;

export interface CellMenuProps {
  readonly event: LoggedEvent;
  /** Undefined: of all cells. */
  readonly column: PivotColumn | undefined;
  /** What it opens at: an element, or the place of the pointer. */
  readonly anchor: { readonly getBoundingClientRect: () => DOMRect };
  readonly returnTo: RefObject<HTMLElement | null>;
  readonly onClose: () => void;
}

function PivotItem({ pivot, search, onDo }: { pivot: Pivot; search: object; onDo: (pivot: Pivot) => void }) {
  const Icon = ICONS[pivot.kind];
  const label = (
    <>
      <Icon aria-hidden />
      <span className="min-w-0 truncate">
        <VisibleText value={clip(pivot.label, LABEL_MAX)} />
      </span>
    </>
  );
  if (pivot.kind === "copy" || pivot.kind === "about") return <MenuItem onClick={() => onDo(pivot)}>{label}</MenuItem>;
  // A link, so that it can be opened beside what is being read.
  return <MenuItem render={<Link to="." resetScroll={false} search={search} />}>{label}</MenuItem>;
}

/** What one can ask from a cell, or from a whole event. */
export default function CellMenu({ event, column, anchor, returnTo, onClose }: CellMenuProps) {
  const { state, say, openAbout } = useLogPage();
  const onDo = (pivot: Pivot) => {
    if (pivot.kind === "about") openAbout(pivot.subject, returnTo.current);
    if (pivot.kind !== "copy") return;
    const written = navigator.clipboard?.writeText(pivot.value) ?? Promise.reject(new Error("no clipboard"));
    written.then(
      () => say(`${pivot.label.replace("Copy ", "")} copied`),
      () => say("The browser did not allow copying"),
    );
  };
  const kept = ({ tz, order }: { tz?: unknown; order?: unknown }) => ({
    ...(typeof tz === "string" && { tz }),
    ...(typeof order === "string" && { order }),
  });
  const groups = pivotsOf(event, column, state.filters);
  return (
    <Menu.Root open onOpenChange={(open) => !open && onClose()}>
      <Menu.Portal>
        <Menu.Positioner anchor={anchor} side="bottom" align="start" sideOffset={2} className="z-50">
          <Menu.Popup
            data-slot="cell-menu"
            finalFocus={returnTo}
            aria-label={column === undefined ? "Event" : groups[0]?.label}
            className="max-h-(--available-height) w-max max-w-[min(22rem,calc(100vw-1rem))] min-w-52 overflow-y-auto rounded-lg border border-border bg-popover p-1 shadow-lg shadow-black/10 outline-none"
          >
            {groups.map(({ label, pivots }, place) => (
              <Fragment key={label}>
                {place > 0 && <MenuSeparator />}
                <Menu.Group>
                  {column === undefined && (
                    <Menu.GroupLabel className="px-2 pt-1.5 pb-0.5 text-xs font-medium text-muted-foreground">
                      {label}
                    </Menu.GroupLabel>
                  )}
                  {pivots.map((pivot) => (
                    <PivotItem
                      key={pivot.label}
                      pivot={pivot}
                      onDo={onDo}
                      search={(before: object) => ("filters" in pivot ? { ...kept(before), ...pivot.filters } : before)}
                    />
                  ))}
                </Menu.Group>
              </Fragment>
            ))}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}
