import { useMemo } from "react";
import { encode } from "uqr";

/** Modules of quiet zone that scanners need (ISO/IEC 18004). */
const QUIET = 4;

/** Dark on light in both themes: not every scanner reads the inverse. */
export function QrCode({ text, label }: { text: string; label: string }) {
  const { size, path } = useMemo(() => {
    const { data, size: modules } = encode(text, { ecc: "M", border: QUIET });
    const squares = data.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : "")));
    return { size: modules, path: squares.join("") };
  }, [text]);
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${size} ${size}`}
      shapeRendering="crispEdges"
      className="mx-auto size-48 rounded-lg border border-border bg-white"
    >
      <path d={path} fill="#000" />
    </svg>
  );
}
