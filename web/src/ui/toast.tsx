import { Check, X } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "./button.tsx";
import { cn } from "./cn.ts";

interface ToastProps {
  readonly onDismiss: () => void;
  /** Nothing while there is nothing to say. */
  readonly children: ReactNode;
}

/** Says what was done, over the page's corner, so that nothing moves. It stays until it is dismissed or something else is said. */
export function Toast({ onDismiss, children }: ToastProps) {
  return (
    <div
      role="status"
      aria-label="Done"
      className={cn(
        "fixed right-4 bottom-4 z-30 flex max-w-[min(28rem,calc(100vw-2rem))] items-center gap-2.5 rounded-lg border border-border bg-popover py-1.5 pr-1.5 pl-3.5 text-sm shadow-lg shadow-black/15",
        !children && "sr-only",
      )}
    >
      {children && (
        <>
          <Check aria-hidden className="size-4 shrink-0 text-added" />
          <span className="min-w-0 py-1 [overflow-wrap:anywhere]">{children}</span>
          <Button variant="ghost" size="inline" aria-label="Dismiss" onClick={onDismiss}>
            <X aria-hidden />
          </Button>
        </>
      )}
    </div>
  );
}
