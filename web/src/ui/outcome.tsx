import { Check } from "lucide-react";
import type { ReactNode, Ref } from "react";
import { cn } from "./cn.ts";

/**
 * Says what was done, for eye and ear. It is always there, so that a screen reader hears it change, and can take the focus of a
 * button that went away with what it was for.
 */
export function Outcome({ ref, children }: { ref?: Ref<HTMLDivElement>; children: ReactNode }) {
  return (
    <div
      ref={ref}
      role="status"
      tabIndex={-1}
      className={cn(
        "flex items-start gap-2 rounded-lg bg-added-surface px-3.5 py-2.5 text-sm outline-offset-2",
        !children && "sr-only",
      )}
    >
      {children && <Check aria-hidden className="mt-0.5 size-4 shrink-0 text-added" />}
      <span className="min-w-0 [overflow-wrap:anywhere]">{children}</span>
    </div>
  );
}
