import { Ellipsis } from "lucide-react";
import { memo, type RefObject, Suspense, useCallback, useEffect, useRef, useState } from "react";
import { createPortal } from "react-dom";
import { lazyOverlay } from "../../../shell/lazy-part.tsx";
import type { FilterState } from "../../filters/use-filters.ts";
import { useLogPage } from "../../log-context.ts";
import { TimeTip } from "../../time/time-tip.tsx";
import { eventAt, type Rows } from "../rows.ts";
import { type CellAt, cellAt } from "./cell-at.ts";
import type { CellMenuProps } from "./cell-menu.tsx";
import { pivotsOf } from "./pivots.ts";

const CellMenu = lazyOverlay(() => import("./cell-menu.tsx"));

/** A pointer that only passes over shows no tip, and one that leaves for the tip keeps it. */
const TIP_AFTER_MS = 350;
const TIP_STAYS_MS = 120;

type OpenMenu = Omit<CellMenuProps, "onClose" | "returnTo">;

/** Sets the filter that a badge stands for: who clicks it wants events like this one. */
function narrowingOf(target: Element, rows: Rows): ((set: FilterState["set"]) => void) | undefined {
  const { narrow: name } = target.closest<HTMLElement>("[data-narrow]")?.dataset ?? {};
  if (name === undefined) return undefined;
  const event = eventAt(rows, target.closest<HTMLElement>("[data-index]")?.dataset.index);
  if (event === undefined || window.getSelection()?.type === "Range") return undefined;
  const { role } = event.actor;
  if (name === "action") return (set) => set("action", [event.action]);
  if (name === "actor_type") return (set) => set("actor_type", [event.actor.type]);
  if (name === "first_seen") return (set) => set("first_seen", "true");
  return name === "role" && role !== undefined ? (set) => set("role", [role]) : undefined;
}

type OpenMenuOf = (cell: Pick<CellAt, "event" | "column">, anchor: OpenMenu["anchor"], back: HTMLElement) => void;

/** The cells in which the pointer and the focus are. Keys, clicks and the second button open their menu, badges set their filter. */
function useCells({
  container,
  rows,
  set,
  openMenu,
}: CellToolsProps & { set: FilterState["set"]; openMenu: OpenMenuOf }) {
  const [hovered, setHovered] = useState<CellAt>();
  const [focused, setFocused] = useState<CellAt>();
  const current = useRef(rows);
  const setFilter = useRef(set);
  useEffect(() => {
    current.current = rows;
    setFilter.current = set;
  }, [rows, set]);
  useEffect(() => {
    const element = container.current;
    if (element === null) return;
    const listening = new AbortController();
    const listen = <Type extends keyof HTMLElementEventMap>(
      type: Type,
      listener: (event: HTMLElementEventMap[Type]) => void,
    ) => element.addEventListener(type, listener, { signal: listening.signal });
    const at = (target: EventTarget | null) => cellAt(target, current.current);
    const same = (next: CellAt | undefined) => (before: CellAt | undefined) =>
      before?.element === next?.element && before?.event === next?.event ? before : next;
    // The pointer or the focus may have been in a cell before this was loaded.
    setHovered(same(at(element.querySelector("[data-column]:hover"))));
    setFocused(same(at(element.contains(document.activeElement) ? document.activeElement : null)));
    listen("pointerover", (event) => event.pointerType !== "touch" && setHovered(same(at(event.target))));
    listen("pointerleave", () => setHovered(undefined));
    listen("focusin", (event) => setFocused(same(at(event.target))));
    listen("focusout", (event) => element.contains(event.relatedTarget as Node | null) || setFocused(undefined));
    listen("contextmenu", (event) => {
      const cell = at(event.target);
      // Selected text has a menu of its own: the browser's.
      if (cell === undefined || window.getSelection()?.type === "Range") return;
      event.preventDefault();
      const byKey = event.clientX === 0 && event.clientY === 0;
      const place = new DOMRect(event.clientX, event.clientY, 0, 0);
      openMenu(cell, byKey ? cell.element : { getBoundingClientRect: () => place }, focusOf(cell.element));
    });
    listen("keydown", (event) => {
      const wanted = event.key === "ContextMenu" || (event.key === "F10" && event.shiftKey);
      const cell = wanted ? at(event.target) : undefined;
      if (cell === undefined) return;
      event.preventDefault();
      openMenu(cell, cell.element, focusOf(cell.element));
    });
    listen("click", (event) => {
      if (!(event.target instanceof Element)) return;
      const narrowing = narrowingOf(event.target, current.current);
      if (narrowing) return narrowing(setFilter.current);
      const button = event.target.closest<HTMLElement>("[data-slot=row-menu]");
      const ofRow = eventAt(current.current, button?.closest<HTMLElement>("[data-index]")?.dataset.index);
      if (button && ofRow) openMenu({ event: ofRow, column: undefined }, button, button);
    });
    return () => listening.abort();
  }, [container, openMenu]);
  return { hovered, focused };
}

interface CellToolsProps {
  readonly container: RefObject<HTMLElement | null>;
  readonly rows: Rows;
}

/** The menu of the cell in which the pointer or the focus is: one for the whole table, so that rows stay light. */
const CellTools = memo(function CellTools({ container, rows }: CellToolsProps) {
  const [menu, setMenu] = useState<OpenMenu>();
  const returnTo = useRef<HTMLElement>(null);
  const { state } = useLogPage();
  const openMenu = useCallback<OpenMenuOf>((cell, anchor, back) => {
    returnTo.current = back;
    // A cell that has nothing to offer opens the menu of the event.
    const column = pivotsOf(cell.event, cell.column, {}).length > 0 ? cell.column : undefined;
    setMenu({ event: cell.event, column, anchor });
  }, []);
  const { hovered, focused } = useCells({ container, rows, set: state.set, openMenu });
  const active = hovered?.column ? hovered : focused;
  const offers = active?.column !== undefined && pivotsOf(active.event, active.column, {}).length > 0;
  return (
    <>
      {active && offers && menu === undefined && active.element.isConnected && (
        <CellMenuButton key={active.column} cell={active} onOpen={openMenu} />
      )}
      {menu === undefined && <TimeTipOf hovered={hovered} focused={focused} />}
      {menu && (
        <Suspense>
          <CellMenu {...menu} returnTo={returnTo} onClose={() => setMenu(undefined)} />
        </Suspense>
      )}
    </>
  );
});

export default CellTools;

/** What in a cell takes the focus: the cell itself, unless something in it does. */
function focusOf(cell: HTMLElement): HTMLElement {
  return cell.querySelector<HTMLElement>("button:not([data-slot=cell-menu-button])") ?? cell;
}

function CellMenuButton({
  cell,
  onOpen,
}: {
  cell: CellAt;
  onOpen: (cell: CellAt, anchor: HTMLElement, back: HTMLElement) => void;
}) {
  return createPortal(
    <button
      type="button"
      data-slot="cell-menu-button"
      aria-haspopup="menu"
      aria-label={`Menu of this cell: ${cell.column}`}
      title="Filter, copy and more (Shift+F10)"
      className="absolute top-1/2 right-1 flex size-6 -translate-y-1/2 cursor-pointer items-center justify-center rounded-md border border-border bg-card text-muted-foreground hover:text-foreground"
      onClick={(click) => {
        click.stopPropagation();
        onOpen(cell, cell.element, focusOf(cell.element));
      }}
    >
      <Ellipsis aria-hidden className="size-3.5" />
    </button>,
    cell.element,
  );
}

/** Opens at once for the focus, after a moment for the pointer. */
function TimeTipOf({ hovered, focused }: { hovered: CellAt | undefined; focused: CellAt | undefined }) {
  const ofTime = (cell: CellAt | undefined) => (cell?.column === "timestamp" ? cell : undefined);
  const wanted = ofTime(hovered) ?? ofTime(focused);
  const byFocus = wanted !== undefined && wanted === ofTime(focused);
  const [shown, setShown] = useState<CellAt>();
  const [held, setHeld] = useState(false);
  const [dismissed, setDismissed] = useState<CellAt>();
  useEffect(() => {
    if (held) return;
    const delay = wanted === undefined ? TIP_STAYS_MS : byFocus ? 0 : TIP_AFTER_MS;
    const timer = setTimeout(() => {
      setShown(wanted);
      setDismissed((before) => (before === wanted ? before : undefined));
    }, delay);
    return () => clearTimeout(timer);
  }, [wanted, byFocus, held]);
  const close = useCallback(() => {
    setHeld(false);
    setDismissed(shown);
  }, [shown]);
  if (shown === undefined || shown === dismissed || !shown.element.isConnected) return null;
  return (
    <TimeTip
      key={shown.event.id}
      instant={shown.event.timestamp}
      anchor={shown.element}
      onClose={close}
      onHover={setHeld}
    />
  );
}
