import { defaultRangeExtractor, type Range, useWindowVirtualizer } from "@tanstack/react-virtual";
import { type FocusEvent, useCallback, useLayoutEffect, useRef, useState } from "react";
import { eventKey } from "./expansion-context.ts";
import type { Rows } from "./rows.ts";

/** Up to this many rows are all in the page: find-in-page and printing see them. */
const VIRTUAL_ABOVE_ROWS = 200;
const OVERSCAN_ROWS = 12;

/** A row, or a line of several, to draw after `gap` pixels of those that are not drawn. */
export interface VirtualRow {
  readonly key: string;
  readonly index: number;
  readonly gap: number;
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
  const indexes = useCallback(
    (range: Range) => {
      if (!virtual) return Array.from({ length: range.count }, (_, index) => index);
      const near = defaultRangeExtractor(range);
      if (focused === undefined || focused >= range.count || near.includes(focused)) return near;
      return [...near, focused].sort((a, b) => a - b);
    },
    [virtual, focused],
  );
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
