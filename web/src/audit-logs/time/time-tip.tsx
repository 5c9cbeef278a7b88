import { useEffect, useId, useState } from "react";
import { createPortal } from "react-dom";
import { relativeTime } from "../../time/relative.ts";
import { useZone } from "./zone-context.ts";

const WIDTH_PX = 288;
const HEIGHT_PX = 132;
const MARGIN_PX = 4;

interface TimeTipProps {
  /** RFC 3339. */
  readonly instant: string;
  readonly anchor: HTMLElement;
  readonly onClose: () => void;
  /** The pointer came onto the tip, or left it. */
  readonly onHover: (inside: boolean) => void;
}

/** The same time in other words, under the cell it is of (WCAG 1.4.13: it stays under the pointer, Escape closes it). */
export function TimeTip({ instant, anchor, onClose, onHover }: TimeTipProps) {
  const id = useId();
  const { zone, formatExact } = useZone();
  const [place] = useState(() => {
    const { left, top, bottom } = anchor.getBoundingClientRect();
    const below = bottom + HEIGHT_PX < window.innerHeight;
    return {
      left: Math.max(MARGIN_PX, Math.min(left, window.innerWidth - WIDTH_PX - MARGIN_PX)),
      ...(below ? { top: bottom - MARGIN_PX } : { bottom: window.innerHeight - top - MARGIN_PX }),
    };
  });
  useEffect(() => {
    anchor.setAttribute("aria-describedby", id);
    const onKey = (event: KeyboardEvent) => event.key === "Escape" && onClose();
    window.addEventListener("scroll", onClose, { passive: true, once: true });
    window.addEventListener("keydown", onKey);
    return () => {
      anchor.removeAttribute("aria-describedby");
      window.removeEventListener("scroll", onClose);
      window.removeEventListener("keydown", onKey);
    };
  }, [anchor, id, onClose]);
  const lines: [string, string][] = [
    ["Relative", relativeTime(instant)],
    [zone, formatExact(instant)],
    ...(zone === "UTC" ? [] : ([["UTC", instant.replace("T", " ").replace("Z", " UTC")]] as [string, string][])),
    ["Epoch", `${Date.parse(instant)} ms`],
  ];
  return createPortal(
    <div
      id={id}
      role="tooltip"
      data-slot="time-tip"
      className="fixed z-50 rounded-lg border border-border bg-popover px-3 py-2 text-xs shadow-lg shadow-black/10"
      style={{ ...place, width: WIDTH_PX }}
      onPointerEnter={() => onHover(true)}
      onPointerLeave={() => onHover(false)}
    >
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-3 gap-y-1 tabular-nums">
        {lines.map(([label, value]) => (
          <div key={label} className="contents">
            <dt className="text-muted-foreground">{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </div>,
    document.body,
  );
}
