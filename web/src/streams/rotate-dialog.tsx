import { type QueryKey, useMutation, useQueryClient } from "@tanstack/react-query";
import { Refusal } from "../shell/failure.tsx";
import { visibleText } from "../text/visible.ts";
import { Button } from "../ui/button.tsx";
import { Dialog, DialogActions } from "../ui/dialog.tsx";
import { Spinner } from "../ui/spinner.tsx";
import { SigningSecret } from "./signing-secret.tsx";

interface RotateDialogProps {
  /** Of the stream or alert whose webhook is signed. */
  readonly name: string;
  readonly rotate: () => Promise<{ readonly signing_secret: string | null; readonly public_keys: readonly string[] }>;
  /** The query that shows it. */
  readonly list: QueryKey;
  readonly onClose: () => void;
}

/** Asks, rotates what a webhook is signed with, and shows the new secret once. */
export function RotateDialog({ name, rotate, list, onClose }: RotateDialogProps) {
  const queries = useQueryClient();
  const { mutate, data, error, isPending } = useMutation({
    mutationFn: rotate,
    onSuccess: () => void queries.invalidateQueries({ queryKey: list }),
  });
  return (
    <Dialog
      open
      onOpenChange={onClose}
      dismissible={data === undefined}
      title={data === undefined ? `Rotate the secret of ${visibleText(name)}?` : "Secret rotated"}
      description={
        data === undefined
          ? "You get a new secret. For 24 hours requests are signed with both, so you have time to change the receiver."
          : "Copy the secret now: it is shown only this once."
      }
    >
      {data === undefined ? (
        <>
          <Refusal error={error} />
          <DialogActions>
            <Button variant="outline" onClick={onClose}>
              Cancel
            </Button>
            <Button aria-disabled={isPending} onClick={() => isPending || mutate()}>
              {isPending && <Spinner />} Rotate secret
            </Button>
          </DialogActions>
        </>
      ) : (
        <SigningSecret secret={data.signing_secret ?? ""} publicKey={data.public_keys[0]} onClose={onClose} />
      )}
    </Dialog>
  );
}
