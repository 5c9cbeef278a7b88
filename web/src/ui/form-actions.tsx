import { Button } from "./button.tsx";
import { DialogActions } from "./dialog.tsx";
import { Spinner } from "./spinner.tsx";

interface FormActionsProps {
  /** What the button says that sends the form. */
  readonly action: string;
  readonly destructive?: boolean;
  readonly pending: boolean;
  readonly onCancel: () => void;
}

/** The foot of a form in a dialog: leave it, or send it. */
export function FormActions({ action, destructive = false, pending, onCancel }: FormActionsProps) {
  return (
    <DialogActions>
      <Button variant="outline" onClick={onCancel}>
        Cancel
      </Button>
      <Button type="submit" variant={destructive ? "destructive" : "default"} aria-disabled={pending}>
        {pending && <Spinner />} {action}
      </Button>
    </DialogActions>
  );
}
