import { Dialog } from "@base-ui/react/dialog";
import { cva } from "class-variance-authority";
import { X } from "lucide-react";
import type { ReactElement, ReactNode, RefObject } from "react";
import { Button } from "./button.tsx";

const sheetVariants = cva(
  "fixed z-40 flex flex-col border-border bg-popover shadow-xl shadow-black/20 outline-none transition-transform duration-200 ease-out",
  {
    variants: {
      side: {
        left: "inset-y-0 left-0 w-[min(18rem,85vw)] border-r data-ending-style:-translate-x-full data-starting-style:-translate-x-full",
        right:
          "inset-y-0 right-0 w-[min(26rem,100vw)] border-l data-ending-style:translate-x-full data-starting-style:translate-x-full",
        bottom:
          "inset-x-0 bottom-0 max-h-[90dvh] overflow-y-auto rounded-t-2xl border-t data-ending-style:translate-y-full data-starting-style:translate-y-full",
      },
    },
  },
);

interface SheetProps {
  readonly side: "left" | "right" | "bottom";
  readonly title: string;
  /** The button that opens it, which gets the focus back. */
  readonly trigger?: ReactElement;
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  /** What gets the focus; null for the first that can. */
  readonly initialFocus?: () => HTMLElement | null;
  /** What gets the focus once it is closed, where no button of its own opens it. */
  readonly finalFocus?: RefObject<HTMLElement | null>;
  readonly children: ReactNode;
}

/** A panel that slides in over the page from an edge and takes the focus until it is closed. */
export function Sheet({ side, title, trigger, open, onOpenChange, initialFocus, finalFocus, children }: SheetProps) {
  return (
    <Dialog.Root open={open} onOpenChange={onOpenChange}>
      {trigger && <Dialog.Trigger render={trigger} />}
      <Dialog.Portal>
        <Dialog.Backdrop
          data-backdrop
          className="fixed inset-0 z-40 bg-overlay transition-opacity duration-200 data-ending-style:opacity-0 data-starting-style:opacity-0"
        />
        <Dialog.Popup
          data-slot="sheet"
          initialFocus={() => initialFocus?.() ?? true}
          finalFocus={finalFocus}
          className={sheetVariants({ side })}
        >
          <div className="flex items-center justify-between pt-3 pr-3 pb-1 pl-5">
            <Dialog.Title className="text-lg font-semibold">{title}</Dialog.Title>
            <Dialog.Close
              render={
                <Button variant="ghost" size="icon" aria-label="Close">
                  <X aria-hidden />
                </Button>
              }
            />
          </div>
          {children}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
