import type { ReactNode, RefObject } from "react";
import { Button } from "./button.tsx";
import { Dialog, DialogActions } from "./dialog.tsx";
import { Spinner } from "./spinner.tsx";

interface ConfirmDialogProps {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  /** The question. */
  readonly title: string;
  /** What ends, or is lost. */
  readonly children: ReactNode;
  /** What the button says that does it. */
  readonly action: string;
  readonly pending: boolean;
  /** Why it did not work. */
  readonly refusal?: ReactNode;
  readonly onConfirm: () => void;
  readonly finalFocus?: RefObject<HTMLElement | null>;
}

/** Asks before something that cannot be undone. The focus begins on the button that leaves all as it is. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const { open, onOpenChange, title, children, action, pending, refusal, onConfirm, finalFocus } = props;
  return (
    <Dialog alert open={open} onOpenChange={onOpenChange} title={title} description={children} finalFocus={finalFocus}>
      {refusal}
      <DialogActions>
        <Button variant="outline" onClick={() => onOpenChange(false)}>
          Cancel
        </Button>
        <Button variant="destructive" aria-disabled={pending} onClick={() => pending || onConfirm()}>
          {pending && <Spinner />} {action}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
