import { type RefObject, useLayoutEffect, useState } from "react";

/** How wide an element is inside, in rem, now and as that changes; undefined before it is laid out. */
export function useWidthRem(element: RefObject<HTMLElement | null>): number | undefined {
  const [widthRem, setWidthRem] = useState<number>();
  useLayoutEffect(() => {
    const { current } = element;
    if (current === null) return;
    const measure = () => {
      const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
      setWidthRem(current.clientWidth / rem);
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(current);
    return () => observer.disconnect();
  }, [element]);
  return widthRem;
}
