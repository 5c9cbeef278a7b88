import { useMutation, useQueryClient } from "@tanstack/react-query";
import { rotateSecret, type Stream, streamsQuery } from "../api/streams.ts";
import { Refusal } from "../shell/failure.tsx";
import { visibleText } from "../text/visible.ts";
import { Button } from "../ui/button.tsx";
import { Dialog, DialogActions } from "../ui/dialog.tsx";
import { Spinner } from "../ui/spinner.tsx";
import { SigningSecret } from "./signing-secret.tsx";

export function RotateDialog({ stream, onClose }: { stream: Stream; onClose: () => void }) {
  const queries = useQueryClient();
  const { mutate, data, error, isPending } = useMutation({
    mutationFn: () => rotateSecret(stream),
    onSuccess: () => void queries.invalidateQueries({ queryKey: streamsQuery(stream.organization).queryKey }),
  });
  const name = visibleText(stream.name);
  return (
    <Dialog
      open
      onOpenChange={onClose}
      dismissible={data === undefined}
      title={data === undefined ? `Rotate the secret of ${name}?` : "Secret rotated"}
      description={
        data === undefined
          ? "You get a new secret. For 24 hours batches are signed with both, so you have time to change the receiver."
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
