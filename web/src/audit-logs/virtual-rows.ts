import { defaultRangeExtractor, useWindowVirtualizer } from "@tanstack/react-virtual";
import { type FocusEvent, useCallback, useLayoutEffect, useRef, useState } from "react";

/** Up to this many rows are all in the page: find-in-page and printing see them. */
const VIRTUAL_ABOVE_ROWS = 200;
const OVERSCAN_ROWS = 12;

/** A row to draw, after `gap` pixels of rows that are not. */
export interface VirtualRow {
  readonly index: number;
  readonly gap: number;
}

/**
 * Which rows to draw while the window scrolls over all of them. A row that holds the focus stays, so that a keyboard never
 * loses its place. Rows measure themselves: each needs `data-index` and the `measure` ref.
 */
export function useVirtualRows(count: number, rowHeight: number, keyOf: (index: number) => string) {
  const container = useRef<HTMLTableSectionElement & HTMLUListElement>(null);
  const [scrollMargin, setScrollMargin] = useState(0);
  const [focused, setFocused] = useState<number>();
  useLayoutEffect(() => {
    const top = container.current?.getBoundingClientRect().top;
    if (top !== undefined) setScrollMargin(Math.round(top + window.scrollY));
  });
  const virtual = count > VIRTUAL_ABOVE_ROWS;
  const virtualizer = useWindowVirtualizer<HTMLElement>({
    count,
    estimateSize: () => rowHeight,
    getItemKey: keyOf,
    overscan: OVERSCAN_ROWS,
    scrollMargin,
    rangeExtractor: (range) => {
      if (!virtual) return Array.from({ length: range.count }, (_, index) => index);
      const indexes = defaultRangeExtractor(range);
      if (focused === undefined || focused >= range.count || indexes.includes(focused)) return indexes;
      return [...indexes, focused].sort((a, b) => a - b);
    },
  });
  const items = virtualizer.getVirtualItems();
  const rows = items.map(({ index, start }, place): VirtualRow => {
    const previousEnd = items[place - 1]?.end ?? scrollMargin;
    return { index, gap: Math.max(0, start - previousEnd) };
  });
  const end = items.at(-1)?.end ?? scrollMargin;
  return {
    container,
    virtual,
    rows,
    gapAfter: Math.max(0, virtualizer.getTotalSize() + scrollMargin - end),
    measure: virtualizer.measureElement,
    onFocus: useCallback((event: FocusEvent<HTMLElement>) => {
      const index = event.target.closest<HTMLElement>("[data-index]")?.dataset.index;
      setFocused(index === undefined ? undefined : Number(index));
    }, []),
  };
}
