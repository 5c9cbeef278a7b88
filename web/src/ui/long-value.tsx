/** A key or a link in full; one click selects all of it. */
export function LongValue({ label, value }: { label: string; value: string }) {
  return (
    <output
      aria-label={label}
      className="block rounded-lg border border-border bg-muted px-3.5 py-2.5 font-mono text-xs leading-5 break-all select-all"
    >
      {value}
    </output>
  );
}
