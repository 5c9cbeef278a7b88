import { type RefObject, useEffect, useLayoutEffect, useRef } from "react";

/**
 * Keeps the focus in the list when the row that had it goes away, as when other filters are answered: the row that now is in its
 * place gets it, instead of nobody.
 */
export function useKeptFocus(list: RefObject<HTMLElement | null>, rows: readonly unknown[]): void {
  const place = useRef<number>(undefined);
  useEffect(() => {
    const element = list.current;
    if (element === null) return;
    const onFocus = ({ target }: FocusEvent) => {
      const index = target instanceof Element && target.closest<HTMLElement>("[data-index]")?.dataset.index;
      place.current = index ? Number(index) : undefined;
    };
    const onBlur = ({ target, relatedTarget }: FocusEvent) => {
      if (relatedTarget !== null) place.current = undefined;
      // What was removed is still remembered when the rows are looked at below; what merely lost the focus is let go.
      else setTimeout(() => target instanceof Element && target.isConnected && onLeft());
    };
    const onLeft = () => {
      if (!element.contains(document.activeElement)) place.current = undefined;
    };
    element.addEventListener("focusin", onFocus);
    element.addEventListener("focusout", onBlur);
    return () => {
      element.removeEventListener("focusin", onFocus);
      element.removeEventListener("focusout", onBlur);
    };
  }, [list]);
  useLayoutEffect(() => {
    if (place.current === undefined || rows.length === 0 || document.activeElement !== document.body) return;
    const index = Math.min(place.current, rows.length - 1);
    const row = list.current?.querySelector<HTMLElement>(`[data-index="${index}"] [data-slot=expand]`);
    row?.focus({ preventScroll: true });
  }, [list, rows]);
}
