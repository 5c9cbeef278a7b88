import { AlertDialog } from "@base-ui/react/alert-dialog";
import { Dialog as Base } from "@base-ui/react/dialog";
import { X } from "lucide-react";
import { type ComponentProps, type ReactElement, type ReactNode, type RefObject, useRef } from "react";
import { Button } from "./button.tsx";
import { cn } from "./cn.ts";

interface DialogProps {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  readonly title: string;
  readonly description?: ReactNode;
  /** The button that opens it, which gets the focus back. */
  readonly trigger?: ReactElement;
  /** Waits for an answer: only its own buttons and Escape close it. */
  readonly alert?: boolean;
  /** False while closing it would lose something: only its own buttons do. */
  readonly dismissible?: boolean;
  /** What gets the focus at first; by default the first field to type into, else what comes first. */
  readonly initialFocus?: RefObject<HTMLElement | null> | undefined;
  /** What gets the focus once it is closed, where the opening button is gone by then. */
  readonly finalFocus?: RefObject<HTMLElement | null> | undefined;
  readonly children: ReactNode;
}

const TYPED_INTO = "input:not([type=radio], [type=checkbox]), textarea";

/** A question or a form over the page; the page behind waits. */
export function Dialog(props: DialogProps) {
  const { open, onOpenChange, title, description, trigger, alert = false, dismissible = true, children } = props;
  const Root = alert ? AlertDialog.Root : Base.Root;
  const popup = useRef<HTMLDivElement>(null);
  // A finger would bring up the keyboard of the screen, over the form that nobody has seen yet.
  const firstField = (opened: string) =>
    (opened !== "touch" && popup.current?.querySelector<HTMLElement>(TYPED_INTO)) || true;
  const Trigger = alert ? AlertDialog.Trigger : Base.Trigger;
  return (
    <Root open={open} onOpenChange={(next) => (next || dismissible) && onOpenChange(next)}>
      {trigger && <Trigger render={trigger} />}
      <Base.Portal>
        <Base.Backdrop
          data-backdrop
          className="fixed inset-0 z-40 bg-overlay transition-opacity duration-150 data-ending-style:opacity-0 data-starting-style:opacity-0"
        />
        <Base.Popup
          data-slot="dialog"
          ref={popup}
          initialFocus={props.initialFocus ?? firstField}
          finalFocus={props.finalFocus}
          className="fixed top-1/2 left-1/2 z-40 flex max-h-[calc(100dvh-2rem)] w-[min(30rem,calc(100vw-2rem))] -translate-x-1/2 -translate-y-1/2 flex-col overflow-y-auto rounded-xl border border-border bg-popover shadow-xl shadow-black/20 outline-none transition-[opacity,scale] duration-150 data-ending-style:scale-98 data-ending-style:opacity-0 data-starting-style:scale-98 data-starting-style:opacity-0"
        >
          <div className="flex items-start justify-between gap-3 pt-4 pr-3 pl-5 max-lg:pt-3">
            <Base.Title className="min-w-0 py-1.5 text-lg leading-6 font-semibold tracking-[-0.01em] [overflow-wrap:anywhere] max-lg:py-2.5">
              {title}
            </Base.Title>
            {dismissible && !alert && (
              <Base.Close
                render={
                  <Button variant="ghost" size="icon" aria-label="Close">
                    <X aria-hidden />
                  </Button>
                }
              />
            )}
          </div>
          {description && (
            <Base.Description
              render={<div />}
              className="px-5 text-sm text-pretty text-muted-foreground [overflow-wrap:anywhere]"
            >
              {description}
            </Base.Description>
          )}
          <div className="flex flex-col gap-4 px-5 pt-4 pb-5">{children}</div>
        </Base.Popup>
      </Base.Portal>
    </Root>
  );
}

/** The buttons at a dialog's foot, the one that goes on last; on a phone it is on top. */
export function DialogActions({ className, ...props }: ComponentProps<"div">) {
  return (
    <div
      data-slot="dialog-actions"
      className={cn(
        // Always to be seen, also where the dialog is higher than the window.
        "sticky bottom-0 -mx-5 -mb-5 flex justify-end gap-2 rounded-b-xl border-t border-border bg-popover px-5 py-3 max-sm:flex-col-reverse",
        className,
      )}
      {...props}
    />
  );
}
