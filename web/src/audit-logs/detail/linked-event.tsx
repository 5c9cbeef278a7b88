import { useNavigate } from "@tanstack/react-router";
import { useCallback, useEffect, useRef, useState } from "react";
import { isDamaged } from "../../api/damaged.ts";
import type { LoggedEvent, LogItem } from "../../api/events.ts";
import { goToEvents } from "../commands/commands.ts";
import { rowHeightPx } from "../table/density.ts";
import { eventKey, useAllExpansion } from "../table/expansion-context.ts";
import LinkedAlone from "./linked-alone.tsx";

/** A row that is not drawn yet comes within so many frames of scrolling to its place. */
const FRAMES_MAX = 30;

/** Brings a row into view and puts the focus on it; one far down is drawn only once the page is scrolled there. */
function showRow(index: number, frames = FRAMES_MAX): void {
  const list = document.querySelector<HTMLElement>("[data-slot=log-rows]");
  const row = list?.querySelector<HTMLElement>(`[data-index="${index}"]`);
  if (row) {
    row.querySelector<HTMLElement>("[data-slot=expand]")?.focus({ preventScroll: true });
    row.scrollIntoView({ block: "center" });
  } else if (list && frames > 0) {
    if (frames === FRAMES_MAX) {
      const top = list.getBoundingClientRect().top + window.scrollY;
      window.scrollTo({ top: top + index * rowHeightPx() - window.innerHeight / 2 });
    }
    requestAnimationFrame(() => showRow(index, frames - 1));
  }
}

interface LinkedEventProps {
  /** Which event the address names. */
  readonly id: string;
  /** Undefined until the first answer. */
  readonly rows: readonly LogItem[] | undefined;
}

/** Where an event was when it was asked for; without `event` in no row. */
interface Place {
  readonly index: number;
  readonly event: LoggedEvent | undefined;
}

function placeOf(id: string, rows: readonly LogItem[]): Place {
  const index = rows.findIndex((row) => !isDamaged(row) && row.id === id);
  const row = rows[index];
  return { index, event: row === undefined || isDamaged(row) ? undefined : row };
}

/** The event that the address names: opened where it is among the rows, else shown above them by itself. */
export default function LinkedEvent({ id, rows }: LinkedEventProps) {
  // Once: rows that are read again, or come later, neither take the event away from its reader nor lead back to it.
  const [place, setPlace] = useState<Place>();
  if (place === undefined && rows !== undefined) setPlace(placeOf(id, rows));
  const navigate = useNavigate();
  const close = useCallback(() => {
    // What is closed has the focus.
    goToEvents();
    void navigate({
      to: ".",
      search: (({ event: _event, ...others }: { event?: unknown }) => others) as never,
      replace: true,
      resetScroll: false,
    });
  }, [navigate]);
  if (place === undefined) return null;
  const { index, event } = place;
  return event ? <AmongRows event={event} index={index} /> : <LinkedAlone id={id} onClose={close} />;
}

function AmongRows({ event, index }: { event: LoggedEvent; index: number }) {
  const expansion = useAllExpansion();
  const key = eventKey(event);
  const shown = useRef(false);
  useEffect(() => {
    // Once: rows that come later push it down, and the reader may have gone elsewhere.
    if (shown.current) return;
    shown.current = true;
    expansion.open(key);
    showRow(index);
  }, [expansion, key, index]);
  return null;
}
