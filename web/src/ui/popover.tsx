import { Popover as Base } from "@base-ui/react/popover";
import type { ReactNode, RefObject } from "react";
import { cn } from "./cn.ts";

interface PopoverProps {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  readonly label: string;
  /** What it opens under. */
  readonly anchor: RefObject<HTMLElement | null>;
  /** The button that opens it: a `Popover.Trigger` of Base UI renders it. */
  readonly trigger: (props: { Trigger: typeof Base.Trigger }) => ReactNode;
  readonly className?: string;
  /** What gets the focus; null for the first that can. */
  readonly initialFocus?: () => HTMLElement | null;
  readonly children: ReactNode;
}

export function Popover({
  open,
  onOpenChange,
  label,
  anchor,
  trigger,
  className,
  initialFocus,
  children,
}: PopoverProps) {
  return (
    <Base.Root open={open} onOpenChange={onOpenChange}>
      {trigger({ Trigger: Base.Trigger })}
      <Base.Portal>
        <Base.Positioner anchor={anchor} sideOffset={6} align="start" className="z-50">
          <Base.Popup
            data-slot="popover"
            aria-label={label}
            initialFocus={() => initialFocus?.() ?? true}
            className={cn(
              "rounded-lg border border-border bg-popover p-3 shadow-lg shadow-black/8 outline-none",
              className,
            )}
          >
            {children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
