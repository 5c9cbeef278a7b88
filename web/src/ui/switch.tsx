import type { ReactNode } from "react";
import { cn } from "./cn.ts";

interface SwitchProps {
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
  readonly className?: string;
  /** What is on or off. */
  readonly children: ReactNode;
}

/** On or off, at once, with its words. */
export function Switch({ checked, onChange, className, children }: SwitchProps) {
  return (
    <label className={cn("flex cursor-pointer items-center gap-4", className)}>
      {children}
      <input
        type="checkbox"
        role="switch"
        aria-checked={checked}
        checked={checked}
        onChange={(event) => onChange(event.target.checked)}
        className="h-6 w-10 shrink-0 cursor-pointer appearance-none rounded-full border border-input bg-accent p-[3px] before:block before:size-4 before:rounded-full before:bg-muted-foreground before:transition-transform checked:border-primary checked:bg-primary checked:before:translate-x-4 checked:before:bg-primary-foreground"
      />
    </label>
  );
}
