import { CopyButton } from "./copy-button.tsx";

interface OneTimeValueProps {
  readonly label: string;
  readonly value: string;
  /** What the button says. */
  readonly copy: string;
}

/** Something that is shown once and never again, with a button that copies it. */
export function OneTimeValue({ label, value, copy }: OneTimeValueProps) {
  return (
    <div className="flex flex-col gap-2">
      <span className="text-xs font-medium text-muted-foreground">{label}</span>
      <output
        aria-label={label}
        className="block rounded-lg border border-border bg-muted px-3.5 py-2.5 font-mono text-xs leading-5 break-all select-all"
      >
        {value}
      </output>
      <div>
        <CopyButton value={value} label={label} text={copy} />
      </div>
    </div>
  );
}
