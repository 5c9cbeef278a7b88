/** Icons of the same drawing as Lucide's, each one path. */
const LINES = {
  check: "M20 6 9 17l-5-5",
  copy: "M10 8h10a2 2 0 0 1 2 2v10a2 2 0 0 1-2 2H10a2 2 0 0 1-2-2V10a2 2 0 0 1 2-2zM4 16c-1.1 0-2-.9-2-2V4c0-1.1.9-2 2-2h10c1.1 0 2 .9 2 2",
  filter: "M2 5h20M6 12h12M9 19h6",
  exclude: "M16 5H3M11 12H3M16 19H3M15.5 9.5l5 5M20.5 9.5l-5 5",
} as const;

/** An icon of two elements, where dozens appear at once: of Lucide's some have six, and each costs a row that opens style, layout and paint. */
export function LineIcon({ name, className }: { name: keyof typeof LINES; className?: string }) {
  return (
    <svg aria-hidden viewBox="0 0 24 24" className={className ? `line-icon ${className}` : "line-icon"}>
      <path d={LINES[name]} />
    </svg>
  );
}
