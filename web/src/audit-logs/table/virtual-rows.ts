import { defaultRangeExtractor, type Range, useWindowVirtualizer } from "@tanstack/react-virtual";
import { type FocusEvent, useCallback, useLayoutEffect, useRef, useState } from "react";
import { eventKey } from "./expansion-context.ts";
import type { Rows } from "./rows.ts";

/** Up to this many rows are all in the page: find-in-page and printing see them. */
const VIRTUAL_ABOVE_ROWS = 200;
const OVERSCAN_ROWS = 8;
/** Rows that were drawn stay for so many more: one that opens pushes its neighbours out, and closed again has them back. */
const KEPT_ROWS = 16;

/** A row, or a line of several, to draw after `gap` pixels of those that are not drawn. */
export interface VirtualRow {
  readonly key: string;
  readonly index: number;
  readonly gap: number;
}

/** The indexes, and beyond both ends those that were drawn and are not far. */
function withThoseDrawn(near: readonly number[], range: Range, drawn: { from: number; to: number }): number[] {
  const [first = 0, last = 0] = [near[0], near.at(-1)];
  // Nothing of what was drawn is beside these: somebody jumped.
  const apart = drawn.to < first || drawn.from > last;
  const from = apart ? first : Math.min(first, Math.max(drawn.from, first - KEPT_ROWS));
  const to = apart ? last : Math.max(last, Math.min(drawn.to, last + KEPT_ROWS, range.count - 1));
  return Array.from({ length: to - from + 1 }, (_, at) => from + at);
}

/** Which lines to draw of a range that can be seen: all of a short list, those that were drawn just now, and the one that holds the focus. */
function useIndexes(virtual: boolean, focused: number | undefined) {
  const drawn = useRef({ from: 0, to: 0 });
  return useCallback(
    (range: Range) => {
      if (!virtual) return Array.from({ length: range.count }, (_, index) => index);
      const near = withThoseDrawn(defaultRangeExtractor(range), range, drawn.current);
      drawn.current = { from: near[0] ?? 0, to: near.at(-1) ?? 0 };
      if (focused === undefined || focused >= range.count || near.includes(focused)) return near;
      return [...near, focused].sort((a, b) => a - b);
    },
    [virtual, focused],
  );
}

/**
 * Which rows to draw while the window scrolls over all of them. A row that holds the focus stays, so that a keyboard never
 * loses its place. Rows measure themselves: each needs `data-index` and the `measure` ref.
 * @param perLine so many are side by side. Then lines are drawn and measured, which need `data-line`.
 */
export function useVirtualRows(all: Rows, rowHeight: number, perLine = 1) {
  const count = Math.ceil(all.length / perLine);
  const container = useRef<HTMLTableSectionElement & HTMLDivElement>(null);
  const [scrollMargin, setScrollMargin] = useState(0);
  const [focused, setFocused] = useState<number>();
  const keyOf = useCallback(
    (index: number) => {
      const first = all[index * perLine];
      return first === undefined ? String(index) : eventKey(first);
    },
    [all, perLine],
  );
  const virtual = all.length > VIRTUAL_ABOVE_ROWS;
  const indexes = useIndexes(virtual, focused);
  const virtualizer = useWindowVirtualizer<HTMLElement>({
    count,
    // New functions would make the virtualizer measure every row again.
    estimateSize: useCallback(() => rowHeight, [rowHeight]),
    getItemKey: keyOf,
    rangeExtractor: indexes,
    overscan: OVERSCAN_ROWS,
    indexAttribute: perLine === 1 ? "data-index" : "data-line",
    scrollMargin,
  });
  useLayoutEffect(() => {
    // What is above the rows does not change while they scroll, and reading a place costs a layout.
    if (virtualizer.isScrolling) return;
    const top = container.current?.getBoundingClientRect().top;
    if (top !== undefined) setScrollMargin(Math.round(top + window.scrollY));
  });
  const items = virtualizer.getVirtualItems();
  const rows = items.map(({ index, start }, place): VirtualRow => {
    const previousEnd = items[place - 1]?.end ?? scrollMargin;
    return { key: keyOf(index), index, gap: Math.max(0, start - previousEnd) };
  });
  const end = items.at(-1)?.end ?? scrollMargin;
  return {
    container,
    virtual,
    rows,
    gapAfter: Math.max(0, virtualizer.getTotalSize() + scrollMargin - end),
    measure: virtualizer.measureElement,
    onFocus: useCallback(
      (event: FocusEvent<HTMLElement>) => {
        const index = event.target.closest<HTMLElement>("[data-index]")?.dataset.index;
        setFocused(index === undefined ? undefined : Math.floor(Number(index) / perLine));
      },
      [perLine],
    ),
  };
}
