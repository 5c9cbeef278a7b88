import { type PointerEvent, useRef } from "react";
import { withWidth } from "./column-layout.ts";
import { WIDTH_MAX_REM, WIDTH_MIN_REM } from "./column-widths.ts";
import { useColumnLayout } from "./use-column-layout.ts";

/** At the end of a heading: dragged, its column gets wider or narrower. By keyboard the menu of columns does it, so that a table takes no Tab for each. */
export function ResizeHandle({ id }: { id: string }) {
  const { layout, set } = useColumnLayout();
  const from = useRef<{ x: number; width: number }>(undefined);
  if (set === undefined) return null;
  const rem = () => Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
  const drag = (event: PointerEvent, keep: boolean) => {
    if (from.current === undefined) return;
    const width = (from.current.width + event.clientX - from.current.x) / rem();
    set(withWidth(layout, id, width, [WIDTH_MIN_REM, WIDTH_MAX_REM]), keep);
  };
  return (
    <span
      aria-hidden
      data-slot="resize"
      className="absolute inset-y-1 -right-px w-1.5 cursor-col-resize touch-none border-r border-border hover:border-ring hover:bg-accent"
      onPointerDown={(event) => {
        const heading = event.currentTarget.closest("th");
        if (heading === null || event.button !== 0) return;
        event.preventDefault();
        event.currentTarget.setPointerCapture(event.pointerId);
        from.current = { x: event.clientX, width: heading.getBoundingClientRect().width };
      }}
      onPointerMove={(event) => drag(event, false)}
      onPointerUp={(event) => {
        drag(event, true);
        from.current = undefined;
      }}
      onPointerCancel={() => {
        from.current = undefined;
      }}
    />
  );
}
