/** The mark: a book with a marked page. */
export function BrandMark({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 32 32" aria-hidden className={className}>
      <rect width="32" height="32" rx="8" className="fill-primary" />
      <g className="stroke-primary-foreground" fill="none" strokeWidth="2" strokeLinecap="round" strokeLinejoin="round">
        <path d="M10 8.5h10a2.5 2.5 0 0 1 2.5 2.5v12.5h-10A2.5 2.5 0 0 1 10 21z" />
        <path d="M10 21a2.5 2.5 0 0 1 2.5-2.5h10M14 12.5h4.5" />
      </g>
    </svg>
  );
}

export function Brand() {
  return (
    <span className="flex items-center gap-2.5">
      <BrandMark className="size-7" />
      <span className="text-lg font-semibold tracking-[-0.02em] group-data-folded/sidebar:sr-only">Daybook</span>
    </span>
  );
}
