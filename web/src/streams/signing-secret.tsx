import { Button } from "../ui/button.tsx";
import { CodeBlock } from "../ui/code-block.tsx";
import { DialogActions } from "../ui/dialog.tsx";
import { OneTimeValue } from "../ui/one-time-value.tsx";

interface SigningSecretProps {
  readonly secret: string;
  readonly publicKey: string | undefined;
  readonly onClose: () => void;
}

/** What a receiver verifies webhooks with: the secret once, the public key at any time. */
export function SigningSecret({ secret, publicKey, onClose }: SigningSecretProps) {
  return (
    <>
      <OneTimeValue label="Signing secret (v1)" value={secret} copy="Copy secret" />
      {publicKey !== undefined && <CodeBlock label="Public key (v1a)" code={publicKey} />}
      <DialogActions>
        <Button onClick={onClose}>I have copied it</Button>
      </DialogActions>
    </>
  );
}
