import type { ReactNode } from "react";
import { cn } from "../ui/cn.ts";
import { CopyButton } from "../ui/copy-button.tsx";

export function SettingsRow({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="flex min-h-14 flex-wrap items-center justify-between gap-x-6 gap-y-1 px-5 py-2.5">
      <span className="text-sm text-muted-foreground">{label}</span>
      <span className="min-w-0 text-sm font-medium break-words">{children}</span>
    </div>
  );
}

interface CopiedRowProps {
  readonly label: string;
  readonly value: string;
  /** What the button says that it copies. */
  readonly copy: string;
  /** For a value that is long. */
  readonly small?: boolean;
}

/** An id or a hash, with a button that copies it. */
export function CopiedRow({ label, value, copy, small = false }: CopiedRowProps) {
  return (
    <SettingsRow label={label}>
      <span className={cn("flex items-center gap-1 font-mono font-normal", small && "text-xs")}>
        <span className="break-all">{value}</span>
        <CopyButton value={value} label={copy} />
      </span>
    </SettingsRow>
  );
}
