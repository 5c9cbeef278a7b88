import { type FocusEvent, type KeyboardEvent, type PointerEvent, useRef, useState } from "react";

const DRAG_FROM_PX = 4;
const PAGE_BARS = 10;

/** Where one is, and from where one selects: indexes of bars. */
export interface Cursor {
  readonly at: number;
  readonly from: number | undefined;
}

/** Where a key leads from a bar; undefined for other keys. */
function moved(key: string, at: number, last: number): number | undefined {
  const to: Record<string, number> = {
    ArrowLeft: at - 1,
    ArrowDown: at - 1,
    ArrowRight: at + 1,
    ArrowUp: at + 1,
    PageUp: at + PAGE_BARS,
    PageDown: at - PAGE_BARS,
    Home: 0,
    End: last,
  };
  const wanted = to[key];
  return wanted === undefined ? undefined : Math.max(0, Math.min(last, wanted));
}

/**
 * Moves over bars and selects a stretch of them, by pointer and by keyboard.
 * @param onLook what is looked at: first and last bar, both included, in any order.
 */
export function useHistogramCursor(
  count: number,
  onLook: (looked: { first: number; last: number } | undefined) => void,
  onSelect: (first: number, last: number) => void,
) {
  const [cursor, setCursor] = useState<Cursor>();
  const focused = useRef(false);
  const plot = useRef<HTMLDivElement>(null);
  const last = count - 1;
  const go = (next: Cursor | undefined) => {
    setCursor(next);
    onLook(next && { first: next.from ?? next.at, last: next.at });
  };
  const select = (first: number, end: number) => {
    go(undefined);
    onSelect(first, end);
  };
  const pointer = usePointer({ plot, count, go, select, stays: () => focused.current });
  const onKeyDown = (event: KeyboardEvent) => {
    if (last < 0 || event.altKey || event.ctrlKey || event.metaKey) return;
    const { at, from } = cursor ?? { at: last, from: undefined };
    const to = moved(event.key, at, last);
    if (to !== undefined) go({ at: to, from: event.shiftKey ? (from ?? at) : undefined });
    else if (event.key === "Enter") select(from ?? at, at);
    else if (event.key === "Escape" && from !== undefined) {
      event.stopPropagation();
      go({ at, from: undefined });
    } else return;
    event.preventDefault();
  };
  const onFocus = (event: FocusEvent) => {
    if (!event.currentTarget.matches(":focus-visible")) return;
    focused.current = true;
    if (last >= 0) go({ at: Math.min(cursor?.at ?? last, last), from: undefined });
  };
  const onBlur = () => {
    focused.current = false;
    go(undefined);
  };
  return { plot, cursor, handlers: { ...pointer, onKeyDown, onFocus, onBlur } };
}

interface PointerOptions {
  readonly plot: { readonly current: HTMLElement | null };
  readonly count: number;
  readonly go: (next: Cursor | undefined) => void;
  readonly select: (first: number, last: number) => void;
  /** Whether the cursor is still needed when the pointer leaves. */
  readonly stays: () => boolean;
}

function usePointer({ plot, count, go, select, stays }: PointerOptions) {
  const drag = useRef<{ x: number; index: number; moved: boolean }>(undefined);
  const indexAt = ({ clientX }: PointerEvent) => {
    const { left = 0, width = 1 } = plot.current?.getBoundingClientRect() ?? {};
    return Math.max(0, Math.min(count - 1, Math.floor(((clientX - left) / width) * count)));
  };
  return {
    onPointerDown: (event: PointerEvent) => {
      if (event.button !== 0 || count === 0) return;
      drag.current = { x: event.clientX, index: indexAt(event), moved: false };
      event.currentTarget.setPointerCapture(event.pointerId);
    },
    onPointerMove: (event: PointerEvent) => {
      if (count === 0) return;
      const started = drag.current;
      if (started && Math.abs(event.clientX - started.x) >= DRAG_FROM_PX) started.moved = true;
      go({ at: indexAt(event), from: started?.moved ? started.index : undefined });
    },
    onPointerUp: (event: PointerEvent) => {
      const started = drag.current;
      drag.current = undefined;
      if (started?.moved) select(started.index, indexAt(event));
    },
    onPointerCancel: () => {
      drag.current = undefined;
      go(undefined);
    },
    onPointerLeave: () => {
      if (drag.current === undefined && !stays()) go(undefined);
    },
  };
}
