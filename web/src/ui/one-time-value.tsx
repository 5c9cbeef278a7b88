import { CopyButton } from "./copy-button.tsx";
import { LongValue } from "./long-value.tsx";

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
      <LongValue label={label} value={value} />
      <div>
        <CopyButton value={value} label={label} text={copy} />
      </div>
    </div>
  );
}
